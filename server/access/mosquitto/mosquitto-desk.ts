import { randomBytes } from 'node:crypto'
import type { Sentence } from '#kit/sentence.ts'
import type { BrokerEngine } from '#server/broker/broker-engine.ts'
import { LIMITS_KEY, limitSettings } from '#server/broker/clients/limit-settings.ts'
import type { HouseSettings, TakeoverStore, UserStore } from '#server/store/store.ts'
import { Turns } from '#server/turns.ts'
import { UserError } from '#server/user-error.ts'
import type { AccessRule } from '../access-control.ts'
import { type AccessDesk, MAX_RULES } from '../access-desk.ts'
import type { Loss } from '../rehearse.ts'
import { checkFiles } from './check-files.ts'
import type { ImportedBridge, ImportNote, MosquittoFiles } from './plan.ts'
import { readMosquitto } from './read-mosquitto.ts'
import { compareWithHouse, type LimitChange, type Takeover } from './takeover.ts'

/** Makes bridges of those of a Mosquitto. */
export interface BridgeBuilder {
  /** Of the bridges that stand. */
  names(): readonly string[]
  /** Why a bridge cannot be made; answers nothing if it can. */
  problem(bridge: ImportedBridge): Sentence | undefined
  /** Switched off. */
  build(bridge: ImportedBridge): Promise<void>
}

export interface MosquittoDeskOptions {
  readonly users: Pick<UserStore, 'list'>
  readonly access: Pick<AccessDesk, 'rules' | 'rulesChanged' | 'rehearseRules'>
  readonly settings: HouseSettings
  readonly store: TakeoverStore
  readonly broker: Pick<BrokerEngine, 'present' | 'setLimits'>
  readonly bridges: BridgeBuilder
}

export interface TakeoverRequest {
  readonly files: MosquittoFiles
  /** Takes away the rules that would make those of the access list void. */
  readonly removeWideRules: boolean
}

/** What a person is shown of a takeover: no secret is in it. */
export interface ShownTakeover {
  /** Names. */
  readonly accounts: readonly string[]
  readonly rules: readonly Omit<AccessRule, 'id'>[]
  readonly wideRules: readonly AccessRule[]
  readonly limits: readonly LimitChange[]
  readonly bridges: readonly Omit<ImportedBridge, 'password'>[]
  /** 200 at most. */
  readonly notes: readonly ImportNote[]
  /** Those that are not shown. */
  readonly moreNotes: number
  /** Whom of those that are connected it takes something away from. */
  readonly losses: readonly Loss[]
}

const MAX_ACCOUNTS = 1_000
const MAX_NOTES = 200

/** Takes a Mosquitto over: its accounts, rules, limits and bridges. */
export class MosquittoDesk {
  readonly #options: MosquittoDeskOptions
  readonly #turns = new Turns()

  constructor(options: MosquittoDeskOptions) {
    this.#options = options
  }

  /** What would change. Throws what is wrong with the files, or is too much of them. */
  preview({ files, removeWideRules }: TakeoverRequest): ShownTakeover {
    const takeover = this.#read(files)
    return this.#show(takeover, this.#rulesAfter(takeover, removeWideRules))
  }

  /** Accounts, rules and limits change together or not at all; the bridges follow. Throws as `preview` does. */
  apply({ files, removeWideRules }: TakeoverRequest): Promise<ShownTakeover> {
    return this.#turns.take('house', async () => {
      const takeover = this.#read(files)
      const rulesAfter = this.#rulesAfter(takeover, removeWideRules)
      const shown = this.#show(takeover, rulesAfter)
      const { access, broker, bridges, store } = this.#options
      const limits = this.#limitsAfter(takeover)
      await store.apply({
        accounts: takeover.accounts.map(({ name, secret }) => ({ user: { name, role: 'device' }, secret })),
        rules: rulesAfter.filter(({ id }) => !this.#stands(id)),
        removedRules: removeWideRules ? takeover.wideRules.map(({ id }) => id) : [],
        settings: takeover.limits.length > 0 ? { [LIMITS_KEY]: limits } : {},
      })
      access.rulesChanged()
      broker.setLimits(limits)
      for (const bridge of takeover.bridges) await bridges.build(bridge)
      return shown
    })
  }

  #read(files: MosquittoFiles): Takeover {
    checkFiles(files)
    const { users, access, settings, bridges } = this.#options
    const takeover = compareWithHouse(readMosquitto(files), {
      users: users.list(),
      rules: access.rules(),
      limits: settings.read(LIMITS_KEY, limitSettings),
      bridges: bridges.names(),
    })
    if (takeover.accounts.length > MAX_ACCOUNTS) throw tooManyAccounts(takeover.accounts.length)
    return this.#withoutImpossible(takeover)
  }

  #withoutImpossible(takeover: Takeover): Takeover {
    const problems = takeover.bridges.map((bridge) => this.#options.bridges.problem(bridge))
    const notes = problems.flatMap((problem, index) =>
      problem ? bridgeImpossible(takeover.bridges[index]?.name ?? '', problem) : [],
    )
    return {
      ...takeover,
      bridges: takeover.bridges.filter((_, index) => problems[index] === undefined),
      notes: [...takeover.notes, ...notes],
    }
  }

  #rulesAfter(takeover: Takeover, removeWideRules: boolean): readonly AccessRule[] {
    const removed = new Set(removeWideRules ? takeover.wideRules.map(({ id }) => id) : [])
    const kept = this.#options.access.rules().filter(({ id }) => !removed.has(id))
    const added = takeover.rules.map((rule) => ({ id: randomBytes(9).toString('base64url'), ...rule }))
    if (added.length > 0 && kept.length + added.length > MAX_RULES)
      throw tooManyRules(added.length, MAX_RULES - kept.length)
    return [...kept, ...added]
  }

  #stands(id: string): boolean {
    return this.#options.access.rules().some((rule) => rule.id === id)
  }

  #limitsAfter({ limits }: Takeover) {
    const changes = Object.fromEntries(limits.map(({ name, after }) => [name, after]))
    return { ...this.#options.settings.read(LIMITS_KEY, limitSettings), ...changes }
  }

  #show(takeover: Takeover, rulesAfter: readonly AccessRule[]): ShownTakeover {
    const { access, broker } = this.#options
    const { accounts, bridges, notes, ...shown } = takeover
    return {
      ...shown,
      accounts: accounts.map(({ name }) => name),
      bridges: bridges.map(({ password: _, ...bridge }) => bridge),
      notes: notes.slice(0, MAX_NOTES),
      moreNotes: Math.max(0, notes.length - MAX_NOTES),
      losses: access.rehearseRules(broker.present(), rulesAfter),
    }
  }
}

const tooManyAccounts = (count: number): UserError =>
  new UserError(
    422,
    'MOSQUITTO_MANY_ACCOUNTS',
    `The password file has ${count} new accounts; ${MAX_ACCOUNTS} are taken over at most.`,
    { values: { count, most: MAX_ACCOUNTS } },
  )

const tooManyRules = (count: number, room: number): UserError =>
  new UserError(
    422,
    'MOSQUITTO_MANY_RULES',
    `The access list has ${count} new rules, and there is room for ${room}. Let one stand for several, with "pattern" and %u or %c.`,
    { values: { count, room } },
  )

const bridgeImpossible = (name: string, problem: Sentence): ImportNote => ({
  ...{ kind: 'left-out', file: 'conf', line: 0 },
  code: 'MOSQUITTO_BRIDGE_LEFT_OUT',
  message: `The bridge "${name}" was not taken over. ${problem.message}`,
  values: { name, problem },
})
