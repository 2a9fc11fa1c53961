import type { AnyConnectionRuntime, LinkShape } from '#kit/runtime/implement-connection.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { LinkDesk } from '#server/engine/link-desk.ts'
import { deskAt, HOUSE, type HouseDesk, houseShape } from './house-link.ts'
import type { LinkAnswer, LinkPath, LinkRequest, LinkUse } from './links.ts'
import type { OfferedConnection } from './protocol.ts'
import { packError, unpackError } from './sent-error.ts'

type Listener = (...args: readonly unknown[]) => Settlement

export interface HostLinksOptions {
  readonly runtimes: readonly AnyConnectionRuntime[]
  /** Links of connections that every thread has itself: the broker of the house. */
  readonly builtIn: (id: string) => unknown
  /** What stands in for a link that is partly served in another way. */
  readonly around?: (connection: { readonly id: string; readonly type: string }, link: object) => object
  readonly send: (request: LinkRequest) => void
}

/** The links of connections that stand open in the core: what a node calls here is called there. */
export class HostLinks implements LinkDesk {
  readonly #options: HostLinksOptions
  readonly #offered = new Map<string, OfferedConnection>()
  readonly #links = new Map<string, object>()
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #listeners = new Map<number, Listener>()
  #last = 0

  constructor(options: HostLinksOptions) {
    this.#options = options
  }

  /** The connections that a flow may use from now on. */
  offer(connections: Readonly<Record<string, OfferedConnection>>): void {
    for (const [id, offered] of Object.entries(connections)) {
      this.#offered.set(id, offered)
      this.#links.delete(id)
    }
  }

  use(connection: string): unknown {
    const builtIn = this.#options.builtIn(connection)
    if (builtIn !== undefined) return builtIn
    const offered = this.#offered.get(connection)
    if (offered === undefined) throw missing(connection)
    if ('error' in offered) throw unpackError(offered.error)
    const { around = (_, link) => link } = this.#options
    const link =
      this.#links.get(connection) ??
      around({ id: connection, ...offered }, this.#linkTo(connection, this.#shapeOf(offered.type)))
    this.#links.set(connection, link)
    return link
  }

  /** What the house does for nodes, asked from here. */
  desk(): HouseDesk {
    return deskAt(this.#linkTo(HOUSE, houseShape))
  }

  /** Connections end in the core, when no flow uses them. */
  async release(): Promise<void> {}

  take(answer: LinkAnswer): void {
    if (answer.kind === 'said') this.#hear(answer)
    else this.#answered(answer)
  }

  #shapeOf(type: string): LinkShape {
    const runtime = this.#options.runtimes.find(({ definition }) => definition.type === type)
    if (!runtime) throw new Error(`no connection type "${type}"`)
    return runtime.shape
  }

  #linkTo(connection: string, shape: LinkShape, path: LinkPath = []): object {
    const members = Object.entries(shape).map(([member, use]) => [
      member,
      typeof use === 'object'
        ? (...args: readonly unknown[]) => this.#linkTo(connection, use, [...path, [member, args]])
        : use === 'call'
          ? (...args: readonly unknown[]) => this.#call({ connection, path, member, args })
          : (...args: readonly unknown[]) => this.#listen(use, { connection, path, member, args }),
    ])
    return Object.fromEntries(members)
  }

  #call(use: LinkUse): Promise<unknown> {
    const call = Promise.withResolvers<unknown>()
    const id = ++this.#last
    // a function cannot travel; what it would be told, the answer tells
    const args = use.args.map((arg) => (typeof arg === 'function' ? undefined : arg))
    this.#calls.set(id, call)
    try {
      this.#options.send({ kind: 'call', id, use: { ...use, args } })
    } catch (error) {
      this.#calls.delete(id)
      call.reject(error) // it cannot travel
    }
    return call.promise
  }

  #listen(kind: 'listen' | 'deliver', use: LinkUse): Disposable {
    const listenerAt = use.args.findIndex((arg) => typeof arg === 'function')
    const id = ++this.#last
    this.#listeners.set(id, use.args[listenerAt] as Listener)
    this.#options.send({ kind, id, use: { ...use, args: use.args.with(listenerAt, undefined), listenerAt } })
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(id)) this.#options.send({ kind: 'close', id })
      },
    }
  }

  #answered({ id, value, error }: Extract<LinkAnswer, { kind: 'answered' }>): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (error) call?.reject(unpackError(error))
    else call?.resolve(value)
  }

  #hear({ id, hearing, args }: Extract<LinkAnswer, { kind: 'said' }>): void {
    const answered = (error?: unknown): void =>
      this.#options.send({
        kind: 'heard',
        id: hearing,
        ...(error !== undefined && { error: packError(error) }),
      })
    try {
      const settlement = this.#listeners.get(id)?.(...args)
      if (settlement) settlement.then(() => answered(), answered)
      else answered()
    } catch (error) {
      answered(error)
    }
  }
}

const missing = (connection: string) =>
  new NodeError(
    'CONNECTION_MISSING',
    `The connection "${connection}" does not stand here. Choose another, or make it.`,
    { values: { connection } },
  )
