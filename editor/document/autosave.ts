import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Flow } from '#flows/flow.ts'
import type { FlowDocument } from './flow-document.ts'

/** How the draft stands: `offline` keeps trying, `conflict` waits for the person, `refused` for the next edit. */
export type SaveState =
  | { readonly kind: 'saved' | 'unsaved' | 'saving' | 'offline' | 'conflict' }
  | { readonly kind: 'refused'; readonly message: string }

export type SaveAnswer =
  | { readonly kind: 'saved'; readonly etag: string }
  /** Somebody else has saved since. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'offline' }
  | { readonly kind: 'refused'; readonly message: string }

export interface AutosaveOptions {
  readonly document: FlowDocument
  /** Of the draft that the document holds. */
  readonly etag: string
  /** Saves a draft; without an etag, over whatever stands. Never rejects. */
  readonly save: (flow: Flow, etag: string | undefined) => Promise<SaveAnswer>
  readonly clock: { after(ms: number, call: () => void): { cancel(): void } }
}

/** Milliseconds after the last edit until the draft is saved, and between tries while the server is away. */
const SAVE_AFTER_MS = 400
const RETRY_MS = [1_000, 2_000, 5_000, 10_000]

/** Saves a document as it is edited, one request at a time. */
export class Autosave implements Disposable {
  readonly store: StoreApi<SaveState> = createStore<SaveState>(() => ({ kind: 'saved' }))
  readonly #options: AutosaveOptions
  readonly #stopListening: () => void
  #etag: string
  /** The flow that the server has. */
  #saved: Flow
  #timer: { cancel(): void } | undefined
  #running: Promise<void> | undefined
  #failures = 0

  constructor(options: AutosaveOptions) {
    this.#options = options
    this.#etag = options.etag
    this.#saved = options.document.flow
    this.#stopListening = options.document.store.subscribe((state, before) => {
      if (state.flow !== before.flow) this.#noticeEdit()
    })
  }

  get state(): SaveState {
    return this.store.getState()
  }
  get etag(): string {
    return this.#etag
  }
  get hasUnsaved(): boolean {
    return this.#options.document.flow !== this.#saved
  }

  /** Saves now what is not saved yet, what is typed meanwhile included. Answers whether the server has everything. */
  async flush(): Promise<boolean> {
    if (this.state.kind === 'conflict') return false
    this.#timer?.cancel()
    await this.#running
    do {
      if (this.hasUnsaved) await this.#save(this.#etag)
    } while (this.hasUnsaved && this.state.kind === 'unsaved')
    return !this.hasUnsaved
  }

  /** Ends a conflict in favour of what stands here. */
  async overwrite(): Promise<void> {
    this.#timer?.cancel()
    await this.#running
    await this.#save(undefined)
  }

  /** Takes over what the server has: undo brings back what stood here, and would save it again. */
  accept(flow: Flow, etag: string): void {
    this.#timer?.cancel()
    this.#etag = etag
    this.#saved = flow
    this.#options.document.replace(flow, 'reload')
    this.#saved = this.#options.document.flow
    this.#timer?.cancel()
    this.#show({ kind: 'saved' })
  }

  /** Waits for a save that is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#stopListening()
  }

  #noticeEdit(): void {
    if (this.state.kind === 'conflict') return
    if (!this.hasUnsaved) {
      this.#show({ kind: 'saved' })
      return
    }
    if (this.state.kind !== 'offline') this.#show({ kind: 'unsaved' })
    this.#plan(SAVE_AFTER_MS)
  }

  #plan(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(ms, () => {
      if (this.#running || !this.hasUnsaved) return
      void this.#save(this.#etag)
    })
  }

  #save(etag: string | undefined): Promise<void> {
    this.#running = this.#send(etag).finally(() => {
      this.#running = undefined
      if (this.state.kind === 'unsaved') this.#plan(SAVE_AFTER_MS)
      if (this.state.kind === 'offline')
        this.#plan(RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 0)
    })
    return this.#running
  }

  async #send(etag: string | undefined): Promise<void> {
    const { document, save } = this.#options
    const { flow } = document
    if (this.state.kind !== 'offline') this.#show({ kind: 'saving' })
    const answer = await save(flow, etag)
    this.#failures = answer.kind === 'offline' ? this.#failures + 1 : 0
    if (answer.kind !== 'saved') return this.#show(answer)
    this.#etag = answer.etag
    this.#saved = flow
    this.#show({ kind: this.hasUnsaved ? 'unsaved' : 'saved' })
  }

  #show(state: SaveState): void {
    this.store.setState(state, true)
  }
}
