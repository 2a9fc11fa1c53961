import type { FlowTest } from '#flows/flow.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { Switch } from '../ui/switch.tsx'
import { chooseTest, useChosenTest } from './chosen-test.ts'
import { newTest, replaceAt } from './draft-test.ts'
import { TestEditor } from './test-editor.tsx'
import { tryTexts } from './texts.ts'
import { tryTitles } from './titles.ts'
import styles from './try.module.css'
import { type TestState, useTestRuns } from './use-test-runs.ts'

/** The tests of the flow: a list of them, and the one that is open. */
export default function TestsTab() {
  const t = useText(tryTexts)
  const titles = useText(tryTitles)
  const { document } = useFlow()
  const tests = useDocument((state) => state.flow.tests)
  const chosen = useChosenTest((state) => state.index)
  const index = Math.min(chosen, tests.length - 1)
  const test = tests[index]
  const set = (next: readonly FlowTest[], burst?: string) =>
    document.set({ kind: 'flow' }, { tests: next }, { code: 'tests', count: 1 }, burst)
  const add = (added: FlowTest) => {
    set([...tests, added])
    chooseTest(tests.length)
  }
  const addNew = () => add(newTest(titles('newTest', { number: tests.length + 1 })))

  if (!test)
    return (
      <EmptyState
        icon="flask-conical"
        title={t('noTests')}
        about={t('noTestsAbout')}
        actions={
          !document.isReadOnly && (
            <Button variant="primary" icon="plus" onClick={addNew}>
              {t('newTest')}
            </Button>
          )
        }
      />
    )
  return (
    <div className={styles.tests}>
      <div className={styles.side}>
        <Tools onAdd={addNew} />
        <TestList tests={tests} index={index} onChoose={chooseTest} />
      </div>
      <TestEditor
        key={index}
        test={test}
        onChange={(next, burst) => set(replaceAt(tests, index, next), burst && `${index} ${burst}`)}
        onDuplicate={() => add({ ...test, name: t('copyOf', { name: test.name }).slice(0, 500) })}
        onRemove={() => set(replaceAt(tests, index))}
      />
    </div>
  )
}

function Tools({ onAdd }: { readonly onAdd: () => void }) {
  const t = useText(tryTexts)
  const { document } = useFlow()
  const tests = useDocument((state) => state.flow.tests)
  const isGate = useDocument((state) => state.flow.deployGate === true)
  const { run, isBusy, stateOf } = useTestRuns()
  if (document.isReadOnly) return null
  const count = (state: TestState) => tests.filter((test) => stateOf(test) === state).length
  const [passed, failed] = [count('passed'), count('failed')]
  return (
    <div className={styles.tools}>
      <div className={styles.actions}>
        <Button variant="primary" icon="play" busy={isBusy} onClick={() => void run(tests)}>
          {t('runAll')}
        </Button>
        <Button icon="plus" onClick={onAdd}>
          {t('newTest')}
        </Button>
      </div>
      <p className={styles.score} role="status">
        {passed > 0 && <span data-state="passed">{t('passedCount', { count: passed })}</span>}
        {failed > 0 && <span data-state="failed">{t('failedCount', { count: failed })}</span>}
      </p>
      <Switch
        label={t('gate')}
        checked={isGate}
        onChange={(isOn) =>
          document.set({ kind: 'flow' }, { deployGate: isOn || undefined }, { code: 'tests', count: 1 })
        }
      />
    </div>
  )
}

const icons: Readonly<Record<TestState, string>> = {
  passed: 'circle-check',
  failed: 'circle-x',
  stale: 'circle-question-mark',
  unknown: 'circle-dot',
}

interface TestListProps {
  readonly tests: readonly FlowTest[]
  readonly index: number
  readonly onChoose: (index: number) => void
}

function TestList({ tests, index, onChoose }: TestListProps) {
  const t = useText(tryTexts)
  const { stateOf } = useTestRuns()
  return (
    <ul className={styles.list} aria-label={t('testList')}>
      {tests.map((test, at) => {
        const state = stateOf(test)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: tests have no ids, and stay where they are
          <li key={at} data-state={state}>
            <button type="button" aria-current={at === index} onClick={() => onChoose(at)}>
              <Icon name={icons[state]} size={16} />
              <span>{test.name}</span>
              <span className="visually-hidden">{t(`state.${state}`)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
