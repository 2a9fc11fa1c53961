import { create, type StoreApi, type UseBoundStore } from 'zustand'
import { readStored, writeStored } from './stored.ts'

interface Remembered {
  /** The newest first. */
  readonly ids: readonly string[]
}

/** A short list of ids that this browser remembers: what was used last, or what somebody likes. */
export class RememberedList {
  readonly use: UseBoundStore<StoreApi<Remembered>>
  readonly #key: string
  readonly #most: number

  /** Keeps at most `most` of them. */
  constructor(key: string, most: number) {
    this.#key = key
    this.#most = most
    this.use = create<Remembered>(() => ({ ids: parseIds(readStored(key)).slice(0, most) }))
  }

  get ids(): readonly string[] {
    return this.use.getState().ids
  }

  /** Puts an id at the front. */
  add(id: string): void {
    this.#keep([id, ...this.ids.filter((each) => each !== id)])
  }

  /** Adds an id, or takes it away. */
  toggle(id: string): void {
    if (this.ids.includes(id)) this.#keep(this.ids.filter((each) => each !== id))
    else this.add(id)
  }

  #keep(ids: readonly string[]): void {
    const kept = ids.slice(0, this.#most)
    this.use.setState({ ids: kept })
    writeStored(this.#key, JSON.stringify(kept))
  }
}

/** What stands in the browser may have been written by anybody. */
function parseIds(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return [] // not ours, or cut off: the list begins anew
  }
}
