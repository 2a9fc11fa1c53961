import type { Sentence } from '#kit/sentence.ts'
import { readEndpoint } from './flow.ts'
import type { Problem } from './problem.ts'

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

/** What a failed test says as a problem of its flow: at the first node that differs, where there is one. */
export function problemOfTest({ name, differences }: TestResult): Problem {
  const [first] = differences
  const node = first && nodeOf(first)
  const why = first ? sentenceOfDifference(first) : ''
  return {
    code: 'TEST_FAILED',
    level: 'error',
    message: `The test "${name}" has failed. ${typeof why === 'string' ? why : why.message}`,
    values: { name, why },
    ...(node !== undefined && { node }),
  }
}

const nodeOf = (difference: TestDifference): string | undefined =>
  difference.kind === 'failure' ? difference.node : readEndpoint(difference.place).node

/** A difference as a sentence. */
function sentenceOfDifference(difference: TestDifference): Sentence {
  if (difference.kind === 'failure') return difference.why
  const { place } = difference
  const [expected, received] = [write(difference.expected), write(difference.received)]
  return {
    code: 'TEST_DIFFERENCE',
    message: `At ${place} it expected ${expected}, and received ${received}.`,
    values: { place, expected, received },
  }
}

/** Characters that a sentence shows of a list. */
const SHOWN = 300

function write(values: readonly unknown[]): string {
  const text = JSON.stringify(values)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
