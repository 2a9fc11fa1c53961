import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { StateStore } from './engine/state.ts'

/** A disk: slow, and sometimes full. */
interface SlowStore {
  load(flow: string, node: string): Readonly<Record<string, unknown>>
  /** Sets keys of one node; `undefined` removes one. */
  save(flow: string, node: string, changes: Readonly<Record<string, unknown>>): Promise<void>
}

/** Changes of one node that are not on disk yet. */
interface Unwritten {
  readonly flow: string
  readonly node: string
  readonly changes: Map<string, unknown>
}

/** Longest time, in milliseconds, that a change of state waits for the disk. */
const WRITE_BEHIND = 1_000

/**
 * Writes the state of nodes at most a second late, and what changes again within that second once. What
 * the disk did not take comes again with the next change, or at the next flush.
 */
export class WriteBehind implements StateStore {
  readonly #store: SlowStore
  readonly #clock: Clock
  /** By flow and node. */
  #waiting = new Map<string, Unwritten>()
  #underWay: ReadonlyMap<string, Unwritten> = new Map()
  /** Who wants to know when what is waiting, or under way, has been written. */
  #asking: PromiseWithResolvers<void>[] = []
  #askingUnderWay: PromiseWithResolvers<void>[] = []
  /** Tell of changes that are not known here yet. */
  readonly #owed: (() => void)[] = []
  #planned: Timer | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(store: SlowStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  load(flow: string, node: string): Readonly<Record<string, unknown>> {
    this.#collect()
    const place = placeOf(flow, node)
    const values = new Map([
      ...Object.entries(this.#store.load(flow, node)),
      ...(this.#underWay.get(place)?.changes ?? []),
      ...(this.#waiting.get(place)?.changes ?? []),
    ])
    return Object.fromEntries([...values].filter(([, value]) => value !== undefined))
  }

  changed(flow: string, node: string, key: string, value: unknown): void {
    const unwritten = this.#waiting.get(placeOf(flow, node))
    if (unwritten) unwritten.changes.set(key, value)
    else this.#wait({ flow, node, changes: new Map([[key, value]]) })
    this.#plan()
  }

  /** State has changed of which `bring` will tell: it is called once, before anything is loaded or written. */
  owe(bring: () => void): void {
    this.#owed.push(bring)
    this.#plan()
  }

  kept(): Promise<void> {
    this.#collect()
    if (this.#waiting.size === 0 && this.#underWay.size === 0) return Promise.resolve()
    const asking = Promise.withResolvers<void>()
    if (this.#waiting.size > 0) this.#asking.push(asking)
    else this.#askingUnderWay.push(asking)
    return asking.promise
  }

  /** Writes what is still only in memory. Rejects with the first failure when all have been tried. */
  flush(): Promise<void> {
    this.#collect()
    this.#planned?.cancel()
    this.#planned = undefined
    const written = this.#writing.then(() => this.#write())
    this.#writing = written.catch(() => {}) // told to who asked for this one; the changes wait for the next
    return written
  }

  /** One at a time: what could not be written must not come after what is newer. */
  async #write(): Promise<void> {
    const batch = this.#waiting
    if (batch.size === 0) return
    const asking = this.#asking
    this.#underWay = batch
    this.#askingUnderWay = asking
    this.#waiting = new Map()
    this.#asking = []
    const results = await Promise.allSettled(
      [...batch.values()].map(async ({ flow, node, changes }) =>
        this.#store.save(flow, node, Object.fromEntries(changes)),
      ),
    )
    this.#underWay = new Map()
    this.#askingUnderWay = []
    const refused = [...batch.values()].filter((_, index) => results[index]?.status === 'rejected')
    for (const unwritten of refused) this.#keep(unwritten)
    if (refused.length === 0) for (const { resolve } of asking) resolve()
    else this.#askAgain(asking)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  #collect(): void {
    for (let bring = this.#owed.shift(); bring; bring = this.#owed.shift()) bring()
  }

  #plan(): void {
    this.#planned ??= this.#clock.after(WRITE_BEHIND, () => this.flush())
  }

  /** Somebody waits for it, and may hold up a sender: the disk is tried again without another change. */
  #askAgain(asking: readonly PromiseWithResolvers<void>[]): void {
    this.#asking.unshift(...asking)
    if (this.#waiting.size === 0) for (const { resolve } of this.#asking.splice(0)) resolve()
    else if (asking.length > 0) this.#plan()
  }

  /** What has changed since is newer. */
  #keep({ flow, node, changes }: Unwritten): void {
    const newer = this.#waiting.get(placeOf(flow, node))?.changes ?? []
    const kept = new Map([...changes].filter(([, value]) => isStorable(value)))
    for (const [key, value] of newer) kept.set(key, value)
    if (kept.size > 0) this.#wait({ flow, node, changes: kept })
  }

  #wait(unwritten: Unwritten): void {
    this.#waiting.set(placeOf(unwritten.flow, unwritten.node), unwritten)
  }
}

const placeOf = (flow: string, node: string): string => `${flow}/${node}`

/** Whether a disk may ever take it: what none takes would keep the rest from being written. */
function isStorable(value: unknown): boolean {
  try {
    return value === undefined || JSON.stringify(value) !== undefined
  } catch (error) {
    if (error instanceof TypeError) return false // a loop, or a bigint
    throw error
  }
}
