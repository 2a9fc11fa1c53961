import type { FlowTest } from '#flows/flow.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { runTests, type Tested, useRuns } from './run-tests.ts'

export type TestState = 'passed' | 'failed' | 'stale' | 'unknown'

/** Runs tests of the flow that is open, and knows how they went. */
export function useTestRuns() {
  const { document, autosave } = useFlow()
  const { byTest, isBusy } = useRuns()
  const flow = useDocument((state) => state.flow)
  const stateOf = (test: FlowTest): TestState => {
    const run = byTest.get(test)
    if (!run) return 'unknown'
    if (!isSame(run.tested, flow)) return 'stale'
    return run.result.isPassed ? 'passed' : 'failed'
  }
  return {
    run: (tests: readonly FlowTest[]) => runTests({ document, autosave }, tests),
    isBusy,
    stateOf,
    resultOf: (test: FlowTest) => byTest.get(test)?.result,
  }
}

const isSame = (one: Tested, other: Tested): boolean =>
  one.nodes === other.nodes &&
  one.wires === other.wires &&
  one.subflows === other.subflows &&
  one.env === other.env
