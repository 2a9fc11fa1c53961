/** Something in a flow that keeps a node, or the whole flow, from running as drawn. */
export interface Problem {
  /** Stable, for programs and translations: `WIRE_KIND`. */
  readonly code: string
  /** `error` keeps it from running as drawn; `warning` does not. */
  readonly level: 'error' | 'warning'
  readonly node?: string
  readonly field?: string
  /** Index into the flow's wires. */
  readonly wire?: number
  /** What happened and what to do. */
  readonly message: string
  /** Values named in the message, for translated texts. */
  readonly values?: Readonly<Record<string, string | number>>
}
