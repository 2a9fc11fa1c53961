import type { Place } from '#flows/flow.ts'
import type { Person } from './presence.ts'

/** Where on the drawing somebody points; nowhere any more without a place. */
export interface Pointer extends Pick<Person, 'tab' | 'name'> {
  /** The subflow in which it is. */
  readonly in?: string | undefined
  readonly at?: Place | undefined
}

/** As many as people are shown of one flow. */
const MAX_POINTERS = 50

/** Where people point since it was last told, by flows: of each tab only the last place. */
export class Pointers {
  #flows = new Map<string, Map<string, Pointer>>()

  take(flow: string, pointer: Pointer): void {
    const moved = this.#flows.get(flow) ?? new Map<string, Pointer>()
    if (moved.size >= MAX_POINTERS && !moved.has(pointer.tab)) return
    this.#flows.set(flow, moved.set(pointer.tab, pointer))
  }

  /** What is to be told, and is forgotten with that. */
  drain(): readonly { readonly flow: string; readonly pointers: readonly Pointer[] }[] {
    const flows = this.#flows
    this.#flows = new Map()
    return [...flows].map(([flow, moved]) => ({ flow, pointers: [...moved.values()] }))
  }
}
