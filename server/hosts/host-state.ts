import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { StateKey, StateStore } from '#server/engine/state.ts'
import type { Channel } from './channel.ts'
import { type JournalKey, JournalWriter } from './journal/journal-writer.ts'
import { READ_NOW, records } from './protocol.ts'

/** The core hears at most this often, in milliseconds, that somebody waits for the disk. */
const ASK_EVERY_MS = 20

export interface HostStateOptions {
  readonly channel: Channel
  readonly journal: SharedArrayBuffer
  readonly touched: () => void
  readonly clock: Clock
  /** Asks the core to say when all state that it has got is on disk. */
  readonly askCore: () => Promise<void>
  readonly onProblem: (flow: string, node: string, problem: Sentence) => void
}

/** A key of a node. It stays from turn to turn: most that change once change often. */
class Key implements JournalKey, StateKey {
  value: unknown
  /** In this turn. */
  isChanged = false
  number = 0
  edition = 0
  readonly flow: string
  readonly node: string
  readonly key: string
  readonly #changed: (key: Key) => void

  constructor(flow: string, node: string, key: string, changed: (key: Key) => void) {
    this.flow = flow
    this.node = node
    this.key = key
    this.#changed = changed
  }

  change(value: unknown): void {
    this.value = value
    if (this.isChanged) return
    this.isChanged = true
    this.#changed(this)
  }
}

/**
 * The state of this host's nodes: it came with their deploys, and what changes is written into the journal at the
 * end of each turn. It counts once the core has been told up to where to read, together with all else that
 * the turn did.
 */
export class HostState implements StateStore {
  readonly #channel: Channel
  readonly #touched: () => void
  readonly #onProblem: (flow: string, node: string, problem: Sentence) => void
  readonly #clock: Clock
  readonly #askCore: () => Promise<void>
  /** By flow, then by node: of nodes that have not looked yet. */
  readonly #known = new Map<string, Map<string, Readonly<Record<string, unknown>>>>()
  /** Those that have changed in this turn. */
  readonly #changed: Key[] = []
  readonly #journal: JournalWriter
  /** Up to where the core was told to read. */
  #shown: number
  /** What has been asked for since the core was last asked. */
  #question: PromiseWithResolvers<void> | undefined

  constructor({ channel, journal, touched, clock, askCore, onProblem }: HostStateOptions) {
    this.#channel = channel
    this.#journal = new JournalWriter(journal)
    this.#shown = this.#journal.position
    this.#touched = touched
    this.#clock = clock
    this.#askCore = askCore
    this.#onProblem = onProblem
  }

  /** What the nodes of a flow remember, for those that are made next. */
  bring(flow: string, states: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
    const nodes = Object.entries(states)
    if (nodes.length === 0) return
    const known = this.#known.get(flow) ?? new Map<string, Readonly<Record<string, unknown>>>()
    this.#known.set(flow, known)
    for (const [node, values] of nodes) known.set(node, values)
  }

  /** The flow has ended here. */
  forget(flow: string): void {
    this.#known.delete(flow)
    this.flushTurn()
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    const known = this.#known.get(flow)
    const values = known?.get(node) ?? {}
    known?.delete(node) // it is asked for once
    if (known?.size === 0) this.#known.delete(flow)
    return values
  }

  changed(flow: string, node: string, key: string, value: unknown): void {
    this.keyOf(flow, node, key).change(value)
  }

  keyOf(flow: string, node: string, key: string): StateKey {
    return new Key(flow, node, key, this.#note)
  }

  kept(): Promise<void> {
    this.#question ??= this.#ask()
    return this.#question.promise
  }

  /** Writes what has changed in this turn; a key that changed often, once. */
  flushTurn(): void {
    for (const changed of this.#changed) this.#write(changed)
    this.#changed.length = 0
    this.#show()
  }

  readonly #note = (key: Key): void => {
    if (this.#changed.push(key) === 1) this.#touched()
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

  #write(changed: Key): void {
    const { flow, node, key, value } = changed
    changed.isChanged = false
    changed.value = undefined
    try {
      const json = value === undefined ? '' : (JSON.stringify(value) ?? 'null')
      if (!this.#journal.write(changed, json)) this.#tell(changed, json)
    } catch (error) {
      this.#onProblem(flow, node, notJson(key, error instanceof Error ? error.message : String(error)))
    }
  }

  /** What finds no room in the journal goes to the core by itself, behind what stands there. */
  #tell({ flow, node, key }: Key, json: string): void {
    this.#show()
    const change = json === '' ? JSON.stringify([key]) : `[${JSON.stringify(key)},${json}]`
    this.#channel.send(records.state, 0, 0, 0, `${flow}/${node}`, change)
  }

  #show(): void {
    const { position, isHalfFull } = this.#journal
    if (position === this.#shown) return
    this.#shown = position
    this.#channel.send(records.journal, isHalfFull ? READ_NOW : 0, position, 0)
  }
}

const notJson = (key: string, reason: string): Sentence => ({
  code: 'STATE_NOT_JSON',
  message: `The state "${key}" will not last, for it is no JSON value: ${reason}. Store numbers, texts, lists and plain objects.`,
  values: { key, reason },
})
