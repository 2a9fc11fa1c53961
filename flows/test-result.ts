import type { Sentence } from '#kit/sentence.ts'

/** How a test of a flow went. */
export interface TestResult {
  readonly name: string
  readonly isPassed: boolean
  /** What it took in real time, in milliseconds. */
  readonly tookMs: number
  /** Empty where it has passed. */
  readonly differences: readonly TestDifference[]
}

export type TestDifference =
  /** Other messages came by a port than were expected. */
  | {
      readonly kind: 'payloads'
      /** The port, as `node.port`. */
      readonly place: string
      readonly expected: readonly unknown[]
      /** The first of them: what is long is cut. */
      readonly received: readonly unknown[]
      /** How many there were in all. */
      readonly receivedCount: number
    }
  | TestFailure

/** A node failed, and nothing in the flow took that; or the test as a whole could not be run to its end. */
export interface TestFailure {
  readonly kind: 'failure'
  readonly node?: string
  readonly why: Sentence
}

/** A difference in English, on one line. */
export function describeDifference(difference: TestDifference): string {
  if (difference.kind === 'failure')
    return `${difference.node === undefined ? '' : `${difference.node}: `}${difference.why.message}`
  const { place, expected, received, receivedCount } = difference
  const more = receivedCount > received.length ? ` and ${receivedCount - received.length} more` : ''
  return `${place} should see ${JSON.stringify(expected)}, and saw ${JSON.stringify(received)}${more}`
}
