import type { Operation } from './operation.ts'

/** What a step can be called; the page makes a sentence of it. */
export const stepCodes = [
  ...(['add', 'remove', 'move', 'configure', 'rename', 'describe', 'env', 'connect', 'disconnect'] as const),
  ...(['paste', 'import', 'set', 'group', 'ungroup', 'note', 'subflow', 'arrange', 'tests'] as const),
  ...(['messages', 'restore', 'outside', 'trust', 'disable', 'enable'] as const),
] as const
export type StepCode = (typeof stepCodes)[number]

export interface StepLabel {
  readonly code: StepCode
  /** How many nodes or wires took part. */
  readonly count: number
}

/** What one person did at once, on its way to the draft that all share. */
export interface Change {
  /** Chosen by who makes it: sent twice, it is taken once. */
  readonly id: string
  /** Changes of one step are undone together; the first of them gives it its id. */
  readonly step: string
  /** The step that this takes back. */
  readonly undoes?: string
  readonly label: StepLabel
  readonly operations: readonly Operation[]
  /** Holds what came from outside: the flow becomes untrusted. */
  readonly imported?: true
}

/** A change as it has become part of the draft. */
export interface TakenChange extends Omit<Change, 'imported'> {
  /** Counts 1, 2, 3 … within the flow, without a gap. */
  readonly seq: number
  /** Of the draft from then on. */
  readonly etag: string
  readonly at: number
  readonly by: string
}

/** A change with the way back, for who made it. */
export interface OwnChange extends TakenChange {
  readonly inverse: readonly Operation[]
}
