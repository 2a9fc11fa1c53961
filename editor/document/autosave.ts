import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Flow } from '#flows/flow.ts'
import type { Change, OwnChange, TakenChange } from '#flows/operations/change.ts'
import type { FlowDocument } from './flow-document.ts'

/** How the draft stands: `offline` keeps all here and keeps trying; `refused` says why the last change was not taken. */
export type SaveState =
  | { readonly kind: 'saved' | 'saving' | 'offline' }
  | { readonly kind: 'refused'; readonly message: string }

export type SendAnswer =
  | { readonly kind: 'taken'; readonly change: OwnChange }
  /** Perhaps it has arrived, perhaps not: it is sent again. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly message: string }

/** What was missed while the channel was away, or the whole draft. */
export type Missed =
  | { readonly changes: readonly (TakenChange | OwnChange)[] }
  | {
      readonly flow: Flow
      readonly seq: number
      readonly etag: string
      readonly own: readonly OwnChange[]
    }

export interface AutosaveOptions {
  readonly document: FlowDocument
  /** Number and etag of the draft that the document holds. */
  readonly seq: number
  readonly etag: string
  /** Never rejects. */
  readonly send: (change: Change) => Promise<SendAnswer>
  /** Answers nothing if the server is away. Never rejects. */
  readonly missed: (seq: number, etag: string) => Promise<Missed | undefined>
  readonly clock: { now(): number; after(ms: number, call: () => void): { cancel(): void } }
}

/** Milliseconds between two parts of a burst of typing, and between tries while the server is away. */
const TYPING_EVERY_MS = 150
const RETRY_MS = [1_000, 2_000, 5_000, 10_000]

/** Sends what is done in a document as it is done, one change at a time, and takes in what others do, in the server's order. */
export class Autosave implements Disposable {
  readonly store: StoreApi<SaveState> = createStore<SaveState>(() => ({ kind: 'saved' }))
  readonly #options: AutosaveOptions
  readonly #stopListening: () => void
  #seq: number
  #etag: string
  #timer: { cancel(): void } | undefined
  #running: Promise<void> | undefined
  #catchingUp: Promise<void> | undefined
  #failures = 0
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(options: AutosaveOptions) {
    this.#options = options
    this.#seq = options.seq
    this.#etag = options.etag
    this.#stopListening = options.document.pending.subscribe(() => this.#noticePending())
    this.#noticePending()
  }

  get state(): SaveState {
    return this.store.getState()
  }
  /** Of the draft on the server, as far as it is known here. */
  get etag(): string {
    return this.#etag
  }
  get seq(): number {
    return this.#seq
  }
  get hasUnsaved(): boolean {
    return this.#options.document.pending.getState().length > 0
  }

  /** Sends now what is not sent yet, what is typed meanwhile included. Answers whether the server has everything. */
  async flush(): Promise<boolean> {
    this.#timer?.cancel()
    await this.#running
    while (this.hasUnsaved) {
      await this.#sendAll()
      if (this.state.kind === 'offline') return false
    }
    return true
  }

  /** A change that the server has taken, from the live channel or as an answer; one that is known already does no harm. */
  take(change: TakenChange | OwnChange): void {
    const { document } = this.#options
    if (change.seq <= this.#seq) document.settle(change.id)
    else if (change.seq > this.#seq + 1) void this.catchUp()
    else {
      this.#seq = change.seq
      this.#etag = change.etag
      document.receive(change)
    }
  }

  /** Asks for what was missed. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined
    })
    return this.#catchingUp
  }

  /** The channel is there (again), and the draft stands so. */
  meet({ seq, etag }: { readonly seq: number; readonly etag: string }): void {
    if (seq !== this.#seq || etag !== this.#etag) void this.catchUp()
    if (this.state.kind === 'offline') this.#plan(0)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#stopListening()
  }

  async #catchUp(): Promise<void> {
    const { document, missed } = this.#options
    const answer = await missed(this.#seq, this.#etag)
    if (!answer) return
    if ('changes' in answer) for (const change of answer.changes) this.#takeInOrder(change)
    else {
      this.#seq = answer.seq
      this.#etag = answer.etag
      document.reset(answer.flow, answer.own)
    }
  }

  /** Without asking again for what is asked for just now. */
  #takeInOrder(change: TakenChange | OwnChange): void {
    if (change.seq <= this.#seq + 1) this.take(change)
  }

  #noticePending(): void {
    if (!this.hasUnsaved) return void (this.state.kind !== 'refused' && this.#show({ kind: 'saved' }))
    if (this.state.kind === 'offline') return
    this.#show({ kind: 'saving' })
    if (!this.#running) this.#planNext()
  }

  /** What is typed is gathered for a moment; all else goes at once. */
  #planNext(): void {
    const [first, ...more] = this.#options.document.pending.getState()
    const pause = first?.isBurst && more.length === 0 ? TYPING_EVERY_MS : 0
    this.#plan(Math.max(0, this.#sentAt + pause - this.#options.clock.now()))
  }

  #plan(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(ms, () => void this.#sendAll())
  }

  #sendAll(): Promise<void> {
    this.#timer?.cancel()
    this.#running ??= this.#sendEach().finally(() => {
      this.#running = undefined
      if (!this.hasUnsaved) return
      if (this.state.kind === 'offline')
        this.#plan(RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 0)
      else this.#planNext()
    })
    return this.#running
  }

  /** Until all is there but what is still being typed. */
  async #sendEach(): Promise<void> {
    const { document, send, clock } = this.#options
    for (let isMore = true; isMore; ) {
      const [first] = document.pending.getState()
      if (!first) return
      document.markSent(first.change.id)
      this.#sentAt = clock.now()
      const answer = await send(first.change)
      const isOver =
        answer.kind === 'taken' ? await this.#takeAnswer(answer.change) : answer.kind === 'refused'
      this.#failures = isOver ? 0 : this.#failures + 1
      // The channel may have brought it, though the answer is lost.
      if (!isOver) return this.#show({ kind: this.hasUnsaved ? 'offline' : 'saved' })
      if (answer.kind === 'refused') {
        document.settle(first.change.id, true)
        this.#show(answer)
      } else this.#show({ kind: this.hasUnsaved ? 'saving' : 'saved' })
      const [next, ...more] = document.pending.getState()
      isMore = next !== undefined && (!next.isBurst || more.length > 0)
    }
  }

  /** Others may have been first, and the channel slower than the answer. Answers whether what they did is known. */
  async #takeAnswer(change: OwnChange): Promise<boolean> {
    if (change.seq > this.#seq + 1) await this.catchUp()
    const isNext = change.seq <= this.#seq + 1
    if (isNext) this.take(change)
    return isNext
  }

  #show(state: SaveState): void {
    const { kind } = this.state
    if (kind !== state.kind || 'message' in state) this.store.setState(state, true)
  }
}
