import type { Flow, FlowTest } from '#flows/flow.ts'

/** What the core asks of a thread in which flows are tried. */
export interface TrialCommand {
  /** `test` answers a `TestResult`, `rehearse` a `Rehearsal`. */
  readonly kind: 'test' | 'rehearse'
  readonly flow: Flow
  readonly isTrusted: boolean
  readonly test: FlowTest
  /** Real milliseconds that it may take. */
  readonly mostMs: number
}
