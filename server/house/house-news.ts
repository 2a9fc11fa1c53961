import { EventEmitter } from 'node:events'
import type { Logger } from 'pino'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'
import type { ControlDesk } from '#server/control/control-desk.ts'
import type { FlowEvent } from '#server/hosts/supervisor.ts'
import type { OutboxMetrics } from '#server/outbox/outbox.ts'
import { failureLog } from './failure-log.ts'
import type { HouseEvents } from './house.ts'
import { NodeErrors } from './node-errors.ts'

export interface HouseNewsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly outbox: () => OutboxMetrics
  readonly controls: () => Pick<ControlDesk, 'report'>
}

/** Milliseconds within which changes of the outbox are told once. */
const OUTBOX_EVERY_MS = 500
/** The same for drafts that are being edited. */
const SAVED_EVERY_MS = 1_000

/** Makes known what happens in the house: to who looks at it, and to the log. */
export class HouseNews implements Disposable {
  readonly events = new EventEmitter<HouseEvents>()
  /** What has failed at the nodes. */
  readonly errors = new NodeErrors((event) => this.events.emit('node:errors', event))
  readonly #options: HouseNewsOptions
  readonly #logFailure: ReturnType<typeof failureLog>
  #outboxTimer: Timer | undefined
  readonly #saved = new Map<string, string>()
  #savedTimer: Timer | undefined

  constructor(options: HouseNewsOptions) {
    this.#options = options
    this.#logFailure = failureLog(options.clock, options.log)
    this.events.setMaxListeners(0)
  }

  /** A line in the log panel of a flow. */
  note(flow: string, level: 'info' | 'warn' | 'error', text: string | Sentence, node?: string): void {
    const at = this.#options.clock.now()
    this.events.emit('node:log', { flow, ...(node !== undefined && { node }), at, level, ...spoken(text) })
  }

  /** What happens in the flows. */
  pass(event: FlowEvent): void {
    const { flow } = event
    const at = this.#options.clock.now()
    switch (event.kind) {
      case 'status':
        this.events.emit('node:status', { flow, node: event.node, ...event.status })
        return
      case 'shown':
        this.events.emit('node:debug', { flow, node: event.node, at, message: event.message })
        return
      case 'left-out':
        this.events.emit('node:left-out', { flow, count: event.count })
        return
      case 'log':
        this.note(flow, event.level, event.text, event.node)
        return
      case 'failed':
        this.#logFailure(flow, event.failure, event.repeats)
        this.errors.count(flow, event.failure, 1 + event.repeats, at)
        this.note(flow, 'error', event.failure, event.failure.node)
        return
      case 'activity':
        this.events.emit('wire:activity', { flow, ...event.activity })
        return
      case 'control':
        this.#options.controls().report(flow, event.report)
    }
  }

  /** A draft has changed. Lists of flows are read again, but not for each letter that somebody types. */
  edited(flow: string, etag: string): void {
    this.#saved.set(flow, etag)
    this.#savedTimer ??= this.#options.clock.after(SAVED_EVERY_MS, () => {
      this.#savedTimer = undefined
      for (const [flow, etag] of this.#saved) this.events.emit('flow:saved', { flow, etag })
      this.#saved.clear()
    })
  }

  /** Who looks at the outbox looks again, but not for each of a thousand. */
  outboxChanged(): void {
    this.#outboxTimer ??= this.#options.clock.after(OUTBOX_EVERY_MS, () => {
      this.#outboxTimer = undefined
      const { waiting, sending } = this.#options.outbox()
      this.events.emit('outbox:changed', { waiting: waiting + sending })
    })
  }

  [Symbol.dispose](): void {
    this.#outboxTimer?.cancel()
    this.#savedTimer?.cancel()
  }
}
