import { create } from 'zustand'
import type { Flow, FlowTest } from '#flows/flow.ts'
import type { TestResult } from '#flows/test-result.ts'
import { api } from '../api/api.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { notify } from '../ui/toast.tsx'
import { tryTexts } from './texts.ts'

/** What a test has to do with: while these are the same, its result counts. */
type Tested = Pick<Flow, 'nodes' | 'wires' | 'subflows' | 'env'>

interface Run {
  readonly result: TestResult
  readonly tested: Tested
}

interface Runs {
  /** A test that is changed is another object, and has not run. */
  readonly byTest: ReadonlyMap<FlowTest, Run>
  readonly isBusy: boolean
}

/** How the tests went that ran since the page was opened. */
const useRuns = create<Runs>(() => ({ byTest: new Map(), isBusy: false }))

export type TestState = 'passed' | 'failed' | 'stale' | 'unknown'

/** Runs tests of the flow that is open, and knows how they went. */
export function useTestRuns() {
  const t = useText(tryTexts)
  const { document, autosave } = useFlow()
  const { byTest, isBusy } = useRuns()
  const flow = useDocument((state) => state.flow)

  const stateOf = (test: FlowTest): TestState => {
    const run = byTest.get(test)
    if (!run) return 'unknown'
    if (!isSame(run.tested, flow)) return 'stale'
    return run.result.isPassed ? 'passed' : 'failed'
  }
  const run = async (tests: readonly FlowTest[]): Promise<void> => {
    useRuns.setState({ isBusy: true })
    try {
      if (!(await autosave.flush())) return void notify.warn(t('unsaved'))
      const tested = document.flow
      const { results } = await api.flows.test(tested.id, tests)
      useRuns.setState(({ byTest: before }) => ({ byTest: withRuns(before, tests, results, tested) }))
    } catch (error) {
      notify.error(t('runFailed'), { about: errorText(error) })
    } finally {
      useRuns.setState({ isBusy: false })
    }
  }
  return { run, isBusy, stateOf, resultOf: (test: FlowTest) => byTest.get(test)?.result }
}

const isSame = (one: Tested, other: Tested): boolean =>
  one.nodes === other.nodes &&
  one.wires === other.wires &&
  one.subflows === other.subflows &&
  one.env === other.env

function withRuns(
  before: Runs['byTest'],
  tests: readonly FlowTest[],
  results: readonly TestResult[],
  tested: Tested,
): Runs['byTest'] {
  const runs = new Map(before)
  tests.forEach((test, index) => {
    const result = results[index]
    if (result) runs.set(test, { result, tested })
  })
  return runs
}
