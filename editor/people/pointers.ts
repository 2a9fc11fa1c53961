import { create } from 'zustand'
import type { Place } from '#flows/flow.ts'
import type { MovedPointer } from '../api/types.ts'

/** Where somebody else points, on the drawing that is named. */
export interface ShownPointer {
  readonly tab: string
  readonly name: string
  readonly in: string | undefined
  readonly at: Place
  readonly movedAt: number
}

/** The pointers of others that have moved in the last seconds, by their tabs. */
export const usePointers = create<{ readonly shown: ReadonlyMap<string, ShownPointer> }>(() => ({
  shown: new Map(),
}))

/** A pointer that rests says nothing any more. */
const STILL_MS = 5_000

interface PointersOptions {
  readonly now: () => number
  after(ms: number, call: () => void): { cancel(): void }
}

/** Keeps `usePointers`: takes what is told of pointers, and lets those go that rest. */
export class Pointers implements Disposable {
  readonly #clock: PointersOptions
  #resting: { cancel(): void } | undefined

  constructor(clock: PointersOptions) {
    this.#clock = clock
    usePointers.setState({ shown: new Map() })
  }

  take(moved: readonly MovedPointer[]): void {
    if (moved.length === 0) return
    const shown = new Map(usePointers.getState().shown)
    const movedAt = this.#clock.now()
    for (const { at, ...pointer } of moved)
      if (at) shown.set(pointer.tab, { in: undefined, ...pointer, at, movedAt })
      else shown.delete(pointer.tab)
    usePointers.setState({ shown })
    if (shown.size > 0) this.#letRest()
  }

  /** Only those of these tabs are still there. */
  keep(tabs: ReadonlySet<string>): void {
    const { shown } = usePointers.getState()
    if ([...shown.keys()].every((tab) => tabs.has(tab))) return
    usePointers.setState({ shown: new Map([...shown].filter(([tab]) => tabs.has(tab))) })
  }

  [Symbol.dispose](): void {
    this.#resting?.cancel()
    usePointers.setState({ shown: new Map() })
  }

  #letRest(): void {
    this.#resting ??= this.#clock.after(STILL_MS, () => {
      this.#resting = undefined
      const since = this.#clock.now() - STILL_MS
      const { shown } = usePointers.getState()
      const moving = new Map([...shown].filter(([, { movedAt }]) => movedAt > since))
      if (moving.size < shown.size) usePointers.setState({ shown: moving })
      if (moving.size > 0) this.#letRest()
    })
  }
}
