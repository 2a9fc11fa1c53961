import type { Message } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Failure } from '#kit/runtime/implement-node.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { EngineObserver, NodeStatus } from '#server/engine/observer.ts'
import type { HostEvent } from './protocol.ts'

/** Statuses of a node that follow each other closely are told once. */
const STATUS_EVERY_MS = 50
/** Messages shown by one flow in a second, and lines logged; more than any editor shows. */
const SHOWN_PER_SECOND = 200
/** Equal failures of a node are told at most so often, with a count. */
const FAILURE_EVERY_MS = 1_000

type FailureEvent = Extract<HostEvent, { kind: 'failed' }>

/** Tells the core what happens in the flows of this host, however much that is, in few words. */
export class HostObserver implements EngineObserver {
  readonly #clock: Clock
  readonly #tell: (event: HostEvent) => void
  readonly #statuses = new Map<string, Extract<HostEvent, { kind: 'status' }>>()
  /** By flow and kind: what was told within the last second, and what was left out. */
  readonly #shown = new Map<string, { count: number; leftOut: number }>()
  /** What has failed within the last second, and how often since it was told. */
  readonly #failures = new Map<string, { repeats: number; last: FailureEvent }>()
  #isTelling = false

  constructor(clock: Clock, tell: (event: HostEvent) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  nodeStatus(flow: string, node: string, status: NodeStatus): void {
    this.#statuses.set(`${flow}/${node}`, { kind: 'status', flow, node, status })
    if (this.#isTelling) return
    this.#isTelling = true
    this.#tellStatuses()
    this.#clock.after(STATUS_EVERY_MS, () => {
      this.#isTelling = false
      this.#tellStatuses()
    })
  }

  nodeShown(flow: string, node: string, message: Message): void {
    if (this.#mayShow(flow, 'shown')) this.#tell({ kind: 'shown', flow, node, message })
  }

  nodeLog(flow: string, node: string, level: 'info' | 'warn' | 'error', text: string | Sentence): void {
    if (this.#mayShow(flow, 'log')) this.#tell({ kind: 'log', flow, node, level, text })
  }

  nodeFailed(flow: string, { cause: _cause, ...failure }: Failure, isHandled: boolean): void {
    const key = `${flow}/${failure.node}/${failure.code}`
    const event: FailureEvent = { kind: 'failed', flow, failure, isHandled, repeats: 0 }
    const known = this.#failures.get(key)
    if (known) Object.assign(known, { repeats: known.repeats + 1, last: event })
    else this.#tellFailure(key, event)
  }

  #tellFailure(key: string, event: FailureEvent): void {
    this.#tell(event)
    this.#failures.set(key, { repeats: 0, last: event })
    this.#clock.after(FAILURE_EVERY_MS, () => {
      const { repeats = 0, last = event } = this.#failures.get(key) ?? {}
      this.#failures.delete(key)
      if (repeats > 0) this.#tellFailure(key, { ...last, repeats: repeats - 1 })
    })
  }

  #tellStatuses(): void {
    for (const event of this.#statuses.values()) this.#tell(event)
    this.#statuses.clear()
  }

  #mayShow(flow: string, kind: 'shown' | 'log'): boolean {
    const key = `${kind} ${flow}`
    const shown = this.#shown.get(key) ?? this.#beginSecond(key, flow)
    if (++shown.count <= SHOWN_PER_SECOND) return true
    shown.leftOut += 1
    return false
  }

  #beginSecond(key: string, flow: string) {
    const shown = { count: 0, leftOut: 0 }
    this.#shown.set(key, shown)
    this.#clock.after(1_000, () => {
      this.#shown.delete(key)
      if (shown.leftOut > 0) this.#tell({ kind: 'left-out', flow, count: shown.leftOut })
    })
    return shown
  }
}
