import type { Sentence } from '#kit/sentence.ts'

/** Something in a flow that keeps a node, or the whole flow, from running as drawn. */
export interface Problem extends Sentence {
  /** `error` keeps it from running as drawn; `warning` does not. */
  readonly level: 'error' | 'warning'
  readonly node?: string
  /** The subflow that it stands in; nothing means the flow itself. */
  readonly in?: string
  readonly field?: string
  /** Index into the wires of the flow, or of the subflow. */
  readonly wire?: number
}
