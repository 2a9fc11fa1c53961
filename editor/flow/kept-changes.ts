import type { Change } from '#flows/operations/change.ts'
import { parseChange } from '#flows/operations/operation-schema.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { newChangeId } from '../document/new-change-id.ts'

const PREFIX = 'wirehouse.pending'
/** How long other tabs have to say that what is kept is theirs. */
const ANSWER_MS = 300

interface KeptChangesOptions {
  readonly user: string
  readonly flow: string
  readonly clock: { after(ms: number, call: () => void): { cancel(): void } }
}

/** Changes that are on their way, kept in the browser: neither a reload nor a crash loses them. */
export class KeptChanges implements Disposable {
  readonly #document: FlowDocument
  readonly #prefix: string
  readonly #key: string
  readonly #calls = new BroadcastChannel(PREFIX)
  readonly #stop: () => void
  readonly #timer: { cancel(): void }
  /** Those of tabs that have gone, perhaps: who lives says so. */
  readonly #left: Set<string>
  #isSafe = true
  #kept: readonly Change[] = []

  constructor(document: FlowDocument, { user, flow, clock }: KeptChangesOptions) {
    this.#document = document
    this.#prefix = `${PREFIX} ${user} ${flow} `
    this.#key = this.#prefix + newChangeId()
    this.#left = new Set(Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix)))
    this.#calls.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(data)
    if (this.#left.size > 0) this.#calls.postMessage({ asks: this.#prefix })
    this.#timer = clock.after(this.#left.size > 0 ? ANSWER_MS : 0, () => this.#takeUp())
    this.#stop = document.pending.subscribe(() => this.#keep())
  }

  /** Whether all that is on its way is kept: there may be no room. */
  get isSafe(): boolean {
    return this.#isSafe
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
    this.#stop()
    this.#calls.close()
  }

  #hear(data: unknown): void {
    if (typeof data !== 'object' || data === null) return
    if ('asks' in data && data.asks === this.#prefix) this.#calls.postMessage({ mine: this.#key })
    if ('mine' in data && typeof data.mine === 'string') this.#left.delete(data.mine)
  }

  #takeUp(): void {
    const changes = [...this.#left].flatMap(readChanges)
    this.#document.resume(changes)
    for (const key of this.#left) localStorage.removeItem(key)
    this.#left.clear()
  }

  #keep(): void {
    const changes = this.#document.pending.getState().map(({ change }) => change)
    const isKept = changes.every((change, at) => change === this.#kept[at])
    if (isKept && changes.length === this.#kept.length) return
    try {
      if (changes.length === 0) localStorage.removeItem(this.#key)
      else localStorage.setItem(this.#key, JSON.stringify(changes))
      this.#kept = changes
      this.#isSafe = true
    } catch {
      this.#isSafe = false // full: the page asks before it is left
    }
  }
}

/** Perhaps another version of the editor has written them: what is no change is given up. */
function readChanges(key: string): readonly Change[] {
  const kept = readList(localStorage.getItem(key) ?? '[]').map(parseChange)
  return kept.flatMap((change) => (change.ok ? [change.value] : []))
}

function readList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : []
  } catch {
    return [] // cut off: there is nothing to save
  }
}
