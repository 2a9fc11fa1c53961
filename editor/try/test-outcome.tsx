import type { FlowTest } from '#flows/flow.ts'
import type { TestDifference } from '#flows/test-result.ts'
import { useFlow, useNodeName } from '../flow/flow-context.ts'
import { payloadText } from '../flow/payload-text.ts'
import { problemText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'
import { useTestRuns } from './use-test-runs.ts'

interface TestOutcomeProps {
  readonly test: FlowTest
  readonly onChange: (test: FlowTest) => void
}

/** How a test went: that it has passed, or what came in place of what was expected. */
export function TestOutcome({ test, onChange }: TestOutcomeProps) {
  const t = useText(tryTexts)
  const { stateOf, resultOf } = useTestRuns()
  const [state, result] = [stateOf(test), resultOf(test)]
  if (!result) return null
  return (
    <div className={styles.outcome} role="status" data-state={state}>
      {state === 'stale' && <p className={styles.quiet}>{t('state.stale')}</p>}
      {result.isPassed && (
        <p className={styles.passed}>
          <Icon name="circle-check" />
          {t('allPassed')}
        </p>
      )}
      {result.differences.map((difference, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <Difference key={index} difference={difference} test={test} onChange={onChange} />
      ))}
    </div>
  )
}

type DifferenceProps = TestOutcomeProps & { readonly difference: TestDifference }

function Difference({ difference, test, onChange }: DifferenceProps) {
  const language = useLanguage()
  const nameOf = useNodeName()
  if (difference.kind === 'payloads')
    return <OtherPayloads difference={difference} test={test} onChange={onChange} />
  return (
    <p className={styles.failed}>
      <Icon name="circle-x" />
      <span>
        {difference.node !== undefined && <b>{nameOf(difference.node)}: </b>}
        {problemText(difference.why, language)}
      </span>
    </p>
  )
}

type OtherPayloadsProps = TestOutcomeProps & {
  readonly difference: Extract<TestDifference, { kind: 'payloads' }>
}

function OtherPayloads({ difference, test, onChange }: OtherPayloadsProps) {
  const t = useText(tryTexts)
  const nameOf = useNodeName()
  const { document } = useFlow()
  const { place, expected, received, receivedCount } = difference
  const [node = '', port = ''] = place.split('.')
  const rows = Array.from({ length: Math.max(expected.length, received.length) }, (_, index) => index)
  const left = receivedCount - received.length
  const takeOver = () =>
    onChange({
      ...test,
      expect: test.expect.map((one) =>
        one.at === place || `${one.at}.in` === place ? { ...one, payloads: [...received] } : one,
      ),
    })
  return (
    <div className={styles.difference}>
      <p className={styles.failed}>
        <Icon name="circle-x" />
        <b>{t('differs', { place: `${nameOf(node)} · ${port}` })}</b>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('wasExpected')}</th>
            <th scope="col">{t('wasReceived')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => (
            <tr key={index} data-differs={!isSame(expected, received, index)}>
              <Cell values={expected} index={index} />
              <Cell values={received} index={index} />
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p className={styles.quiet}>{t('moreReceived', { count: left })}</p>}
      {left === 0 && !document.isReadOnly && (
        <Button icon="check" onClick={takeOver}>
          {t('takeOver')}
        </Button>
      )}
    </div>
  )
}

function Cell({ values, index }: { readonly values: readonly unknown[]; readonly index: number }) {
  const t = useText(tryTexts)
  if (index >= values.length) return <td className={styles.quiet}>{t('nothing')}</td>
  return (
    <td>
      <code>{payloadText(values[index]).line}</code>
    </td>
  )
}

const isSame = (expected: readonly unknown[], received: readonly unknown[], index: number): boolean =>
  index < expected.length &&
  index < received.length &&
  JSON.stringify(expected[index]) === JSON.stringify(received[index])
