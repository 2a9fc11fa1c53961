import type { Person } from '../api/types.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { usePeople } from './people.ts'

interface WhereaboutsOptions {
  readonly document: FlowDocument
  readonly tell: (where: Omit<Person, 'tab' | 'name'>) => void
  readonly clock: { after(ms: number, call: () => void): { cancel(): void } }
}

/** Others hear at most so often what is selected here, and that somebody still types. */
const TELL_EVERY_MS = 100
const TYPING_EVERY_MS = 1_000
/** A field is free again after so long without a key. */
const FREE_AFTER_MS = 3_000
const MOST_NODES = 200

/** Tells the others what is selected here, and which field is typed in. */
export class Whereabouts implements Disposable {
  readonly #options: WhereaboutsOptions
  readonly #stopListening: () => void
  #telling: { cancel(): void } | undefined
  #free: { cancel(): void } | undefined

  constructor(options: WhereaboutsOptions) {
    this.#options = options
    this.#stopListening = options.document.store.subscribe((state, before) => {
      if (state.selection !== before.selection || state.scope !== before.scope) this.#soon(TELL_EVERY_MS)
    })
    usePeople.setState({ people: [], scope: options.document.scope, ownField: undefined })
  }

  /** A key was pressed in this field: nobody else writes there for a moment. */
  type(field: string): void {
    const isNew = usePeople.getState().ownField !== field
    this.#free?.cancel()
    this.#free = this.#options.clock.after(FREE_AFTER_MS, () => this.leave())
    usePeople.setState({ ownField: field })
    if (isNew) this.#soon(0)
    else this.#soon(TYPING_EVERY_MS)
  }

  /** The field is free. */
  leave(): void {
    this.#free?.cancel()
    if (usePeople.getState().ownField === undefined) return
    usePeople.setState({ ownField: undefined })
    this.#soon(0)
  }

  [Symbol.dispose](): void {
    this.#stopListening()
    this.#telling?.cancel()
    this.#free?.cancel()
    usePeople.setState({ people: [], ownField: undefined })
  }

  #soon(ms: number): void {
    if (ms === 0) {
      this.#telling?.cancel()
      this.#telling = undefined
    }
    this.#telling ??= this.#options.clock.after(ms, () => {
      this.#telling = undefined
      this.#tell()
    })
  }

  #tell(): void {
    const { document, tell } = this.#options
    const { ownField: field } = usePeople.getState()
    usePeople.setState({ scope: document.scope })
    tell({
      ...(document.scope !== undefined && { in: document.scope }),
      nodes: [...document.selection.nodes].slice(0, MOST_NODES),
      ...(field !== undefined && { field }),
    })
  }
}
