import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { StateStore } from '#server/engine/state.ts'
import type { Channel } from './channel.ts'
import { records } from './protocol.ts'

/** The core hears at most this often, in milliseconds, that somebody waits for the disk. */
const ASK_EVERY_MS = 20

export interface HostStateOptions {
  readonly channel: Channel
  readonly touched: () => void
  readonly clock: Clock
  /** Asks the core to say when all state that it has got is on disk. */
  readonly askCore: () => Promise<void>
  readonly onProblem: (flow: string, node: string, problem: Sentence) => void
}

interface NodeChanges {
  /** `flow/node` */
  readonly place: string
  /** By key. */
  readonly values: Map<string, unknown>
}

/** The state of this host's nodes: it came with their deploys, and goes to the core at the end of each turn. */
export class HostState implements StateStore {
  readonly #channel: Channel
  readonly #touched: () => void
  readonly #onProblem: (flow: string, node: string, problem: Sentence) => void
  readonly #clock: Clock
  readonly #askCore: () => Promise<void>
  /** By flow, then by node: of nodes that have not looked yet. */
  readonly #known = new Map<string, Map<string, Readonly<Record<string, unknown>>>>()
  /** By flow, then by node. They stay from turn to turn: most nodes that change once change often. */
  readonly #nodes = new Map<string, Map<string, NodeChanges>>()
  /** Those that have changed in this turn. */
  readonly #changed: NodeChanges[] = []
  /** What has been asked for since the core was last asked. */
  #question: PromiseWithResolvers<void> | undefined

  constructor({ channel, touched, clock, askCore, onProblem }: HostStateOptions) {
    this.#channel = channel
    this.#touched = touched
    this.#clock = clock
    this.#askCore = askCore
    this.#onProblem = onProblem
  }

  /** What the nodes of a flow remember, for those that are made next. */
  bring(flow: string, states: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
    const known = this.#known.get(flow) ?? new Map<string, Readonly<Record<string, unknown>>>()
    this.#known.set(flow, known)
    for (const [node, values] of Object.entries(states)) known.set(node, values)
  }

  /** The flow has ended here. */
  forget(flow: string): void {
    this.#known.delete(flow)
    this.flushTurn()
    this.#nodes.delete(flow)
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    const known = this.#known.get(flow)
    const values = known?.get(node) ?? {}
    known?.delete(node) // it is asked for once
    return values
  }

  changed(flow: string, node: string, key: string, value: unknown): void {
    this.#changesOf(flow, node).values.set(key, value)
  }

  kept(): Promise<void> {
    this.#question ??= this.#ask()
    return this.#question.promise
  }

  /** Writes what has changed in this turn; a key that changed often, once. */
  flushTurn(): void {
    for (const { place, values } of this.#changed) {
      for (const [key, value] of values) this.#send(place, key, value)
      values.clear()
    }
    this.#changed.length = 0
  }

  #changesOf(flow: string, node: string): NodeChanges {
    let nodes = this.#nodes.get(flow)
    if (nodes === undefined) {
      nodes = new Map()
      this.#nodes.set(flow, nodes)
    }
    let changes = nodes.get(node)
    if (changes === undefined) {
      changes = { place: `${flow}/${node}`, values: new Map() }
      nodes.set(node, changes)
    }
    if (changes.values.size === 0 && this.#changed.push(changes) === 1) this.#touched()
    return changes
  }

  /** The core, about everything that was sent to it by then: by far most of the time it waits for its disk anyway. */
  #ask(): PromiseWithResolvers<void> {
    const question = Promise.withResolvers<void>()
    this.#clock.after(ASK_EVERY_MS, () => {
      this.#question = undefined
      this.flushTurn()
      this.#touched()
      this.#askCore().then(question.resolve, question.reject)
    })
    return question
  }

  #send(place: string, key: string, value: unknown): void {
    try {
      const change = JSON.stringify(value === undefined ? [key] : [key, value])
      this.#channel.send(records.state, 0, 0, 0, place, change)
    } catch (error) {
      const [flow = '', node = ''] = place.split('/')
      this.#onProblem(flow, node, notJson(key, error instanceof Error ? error.message : String(error)))
    }
  }
}

const notJson = (key: string, reason: string): Sentence => ({
  code: 'STATE_NOT_JSON',
  message: `The state "${key}" will not last, for it is no JSON value: ${reason}. Store numbers, texts, lists and plain objects.`,
  values: { key, reason },
})
