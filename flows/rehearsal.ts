import type { Sentence } from '#kit/sentence.ts'

/** What came of some messages in a flow that was run for them in virtual time, touching nothing. */
export interface Rehearsal {
  /** What passed each port, in order; the first of them. */
  readonly steps: readonly RehearsalStep[]
  /** How many there were in all. */
  readonly stepCount: number
  /** What went wrong in the course of it. */
  readonly failures: readonly RehearsalFailure[]
  /** What it took in real time, in milliseconds. */
  readonly tookMs: number
}

export interface RehearsalStep {
  /** Milliseconds of virtual time since the start. */
  readonly at: number
  readonly node: string
  readonly port: string
  readonly topic?: string
  /** As JSON can carry it; what is long is cut. */
  readonly payload: unknown
}

export interface RehearsalFailure {
  readonly at: number
  /** Missing where the rehearsal as a whole did not go to its end. */
  readonly node?: string
  readonly why: Sentence
}
