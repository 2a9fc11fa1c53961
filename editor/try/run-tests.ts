import { create } from 'zustand'
import type { Flow, FlowTest } from '#flows/flow.ts'
import type { TestResult } from '#flows/test-result.ts'
import { api } from '../api/api.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { errorText } from '../i18n/error-text.ts'
import { currentLanguage } from '../i18n/language.ts'
import { notify } from '../ui/toast.tsx'
import { tryTexts } from './texts.ts'

/** What a test has to do with: while these are the same, its result counts. */
export type Tested = Pick<Flow, 'nodes' | 'wires' | 'subflows' | 'env'>

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
export const useRuns = create<Runs>(() => ({ byTest: new Map(), isBusy: false }))

/** Runs tests on the draft, and notes how they went. */
export async function runTests(
  { document, autosave }: Pick<FlowScope, 'document' | 'autosave'>,
  tests: readonly FlowTest[],
): Promise<void> {
  if (useRuns.getState().isBusy) return
  const t = textsIn(tryTexts, currentLanguage())
  useRuns.setState({ isBusy: true })
  try {
    if (!(await autosave.flush())) return void notify.warn(t('unsaved'))
    const tested = document.flow
    const { results } = await api.flows.test(tested.id, tests)
    useRuns.setState(({ byTest }) => ({ byTest: withRuns(byTest, tests, results, tested) }))
  } catch (error) {
    notify.error(t('runFailed'), { about: errorText(error) })
  } finally {
    useRuns.setState({ isBusy: false })
  }
}

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
