import { createHash } from 'node:crypto'
import type { HouseChange, HouseChangeStore, Role, User } from '../store/store.ts'
import { Turns } from '../turns.ts'
import { UserError } from '../user-error.ts'
import type { Answer, Call } from '../web/call.ts'
import { type RouteName, routeRules } from '../web/roles.ts'
import { loggedRoutes } from './logged-routes.ts'
import type { Thing, ThingKind } from './things.ts'

type Person = Pick<User, 'name' | 'role'>

/** A change as people see it. */
export type ShownHouseChange = HouseChange & { readonly isFinal?: boolean }

/** By this header, who has changed something learns by which number it can be undone. */
const CHANGE_HEADER = 'Wirehouse-Change'

/** The log of what people do to connections, settings and flows as such, and the way back. */
export class HouseLog {
  readonly #store: HouseChangeStore
  readonly #things: Readonly<Record<ThingKind, Thing>>
  readonly #turns = new Turns()

  constructor(store: HouseChangeStore, things: Readonly<Record<ThingKind, Thing>>) {
    this.#store = store
    this.#things = things
  }

  /** What somebody may see; newest first. */
  list(person: Person): readonly ShownHouseChange[] {
    return this.#store
      .list()
      .filter((change) => this.#maySee(person, change))
      .map((change) => ({ ...change, ...(this.#isFinal(change.kind) && { isFinal: true }) }))
  }

  /** Who may do something sees it; whom the house lets in is known to the owner and to who has seen to it. */
  #maySee({ name, role }: Person, { kind, by }: HouseChange): boolean {
    return this.#isFinal(kind) ? role === 'owner' || by === name : mayDo(role, kind)
  }

  #isFinal(kind: ThingKind): boolean {
    return this.#things[kind].write === undefined
  }

  /** Carries out what a route does, and records what has come of it. */
  record(route: RouteName, call: Call, carryOut: () => Answer | Promise<Answer>): Promise<Answer> {
    const logged = loggedRoutes[route]
    const by = call.identity?.user.name
    if (!logged || by === undefined) return Promise.resolve(carryOut())
    const thing = this.#things[logged.kind]
    const known = logged.ids?.(call) ?? []
    const run = async (): Promise<Answer> => {
      const before = new Map(known.map((id) => [id, named(thing, id)]))
      const answer = await carryOut()
      const ids = [...before.keys(), ...(logged.made?.(answer) ?? [])]
      let last: HouseChange | undefined
      for (const id of ids)
        last =
          (await this.#add(logged.kind, id, before.get(id) ?? { name: id, state: undefined }, {
            ...{ by, isHidden: logged.isHidden === true },
          })) ?? last
      if (!last || this.#isFinal(logged.kind)) return answer
      const header = `${last.number} ${last.kind} ${last.what}`
      return { ...answer, headers: { ...answer.headers, [CHANGE_HEADER]: header } }
    }
    return known.length === 0 ? run() : this.#turns.take(turnOf(logged.kind, known.join()), run)
  }

  /** Takes a change back. Throws `LOG_UNKNOWN`, `LOG_FINAL`, `LOG_UNDONE`, `LOG_SUPERSEDED`, and what keeps the thing from it. */
  async undo(number: number, person: Person): Promise<HouseChange> {
    const by = person.name
    const asked = this.#store.get(number)
    if (!asked || !this.#maySee(person, asked))
      throw new UserError(404, 'LOG_UNKNOWN', 'There is no such change, or it is too old.')
    const { kind } = asked
    const { write } = this.#things[kind]
    if (write === undefined)
      throw new UserError(
        409,
        'LOG_FINAL',
        'Users, tokens, keys and certificates are not brought back or taken away by undoing: it is about who gets in. Make a new one, or delete it.',
      )
    return await this.#turns.take(turnOf(kind, asked.id), async () => {
      const change = this.#store.get(number)
      if (!change || change.undoneBy !== undefined)
        throw new UserError(409, 'LOG_UNDONE', 'This has been undone already.')
      const thing = this.#things[kind]
      const now = named(thing, change.id)
      if (digestOf(now.state) !== change.after)
        throw new UserError(
          409,
          'LOG_SUPERSEDED',
          'This has been changed again since. Undo the later change first.',
        )
      await write(change.id, change.before)
      const undone = await this.#add(kind, change.id, now, { by, undoes: number })
      if (!undone) throw new Error(`undoing change ${number} has changed nothing`)
      return undone
    })
  }

  async #add(
    kind: ThingKind,
    id: string,
    before: Named,
    {
      by,
      undoes,
      isHidden = false,
    }: { readonly by: string; readonly undoes?: number; readonly isHidden?: boolean },
  ): Promise<HouseChange | undefined> {
    const after = named(this.#things[kind], id)
    const digest = digestOf(after.state)
    if (digest === digestOf(before.state) && !isHidden) return undefined
    return await this.#store.add({
      ...{ kind, id, by, after: digest },
      name: after.state === undefined ? before.name : after.name,
      what: before.state === undefined ? 'created' : after.state === undefined ? 'deleted' : 'changed',
      ...(before.state !== undefined && !this.#isFinal(kind) && { before: before.state }),
      ...(undoes !== undefined && { undoes }),
    })
  }
}

const turnOf = (kind: ThingKind, id: string): string => `${kind} ${id}`

interface Named {
  readonly name: string
  readonly state: unknown
}

function named(thing: Thing, id: string): Named {
  const state = thing.read(id)
  return { state, name: state === undefined ? id : thing.nameOf(id, state) }
}

const digestOf = (state: unknown): string =>
  state === undefined ? '' : createHash('sha256').update(JSON.stringify(state)).digest('base64url')

/** Who may do something may undo it. */
const mayDo = (role: Role, kind: ThingKind): boolean =>
  Object.entries(loggedRoutes).some(([name, logged]) => {
    const roles: readonly Role[] | 'anyone' = routeRules[name as RouteName].roles
    return logged.kind === kind && roles !== 'anyone' && roles.includes(role)
  })
