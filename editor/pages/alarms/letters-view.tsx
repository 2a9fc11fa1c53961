import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { keys, useDeadLetters, useFlows, useMayEdit } from '../../api/queries.ts'
import type { DeadLetter, DeadLetterRule } from '../../api/types.ts'
import { problemText } from '../../i18n/error-text.ts'
import { formatMoment } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Select } from '../../ui/select.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import styles from './alarms.module.css'
import { command } from './command.ts'
import { alarmTexts } from './texts.ts'

const MOST_SHOWN = 50
const key = keys.deadLetters

/** Messages that flows could not handle, by flow: each flow has a rule for what becomes of them. */
export function LettersView() {
  const t = useText(alarmTexts)
  const common = useText(pageTexts)
  const found = useDeadLetters()
  const { data: flows = [] } = useFlows()
  if (found.error) return <Failed error={found.error} retry={found.refetch} />
  if (!found.data) return <Spinner label={common('loading')} />
  const { letters, rules } = found.data
  const byFlow = Map.groupBy(letters, ({ flow }) => flow)
  const ruled = Object.keys(rules).filter((flow) => rules[flow] !== 'keep' && !byFlow.has(flow))

  return (
    <>
      {letters.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="circle-check" title={t('noLetters')} about={t('noLettersAbout')} />
        </div>
      )}
      {[...byFlow.keys(), ...ruled].map((flow) => (
        <FlowLetters
          key={flow}
          flow={flow}
          name={flows.find(({ id }) => id === flow)?.name ?? flow}
          letters={byFlow.get(flow) ?? []}
          rule={rules[flow] ?? 'keep'}
        />
      ))}
    </>
  )
}

interface FlowLettersProps {
  readonly flow: string
  readonly name: string
  readonly letters: readonly DeadLetter[]
  readonly rule: DeadLetterRule
}

function FlowLetters({ flow, name, letters, rule }: FlowLettersProps) {
  const t = useText(alarmTexts)
  const mayEdit = useMayEdit()
  const [isDiscarding, setDiscarding] = useState(false)
  const count = letters.length
  const more = count - MOST_SHOWN
  const discardAll = () => {
    setDiscarding(false)
    void command(() => api.deadLetters.discardAll(flow), { done: t('discarded'), key })
  }
  return (
    <section className={styles.group} aria-label={name}>
      <div className={`${styles.groupHead} ${styles.flowHead}`}>
        <h2>
          <Link href={`/flows/${flow}`}>{name}</Link>{' '}
          <span className={styles.groupCount}>
            {count === 0 ? t('noneNow') : t('lettersCount', { count })}
          </span>
        </h2>
        <Rule flow={flow} name={name} rule={rule} />
        {mayEdit && count > 1 && (
          <>
            <Button
              icon="refresh-cw"
              onClick={() => void command(() => api.deadLetters.retryAll(flow), { done: t('retried'), key })}
            >
              {t('retryAll')}
            </Button>
            <Button icon="trash-2" onClick={() => setDiscarding(true)}>
              {t('discardAll')}
            </Button>
          </>
        )}
      </div>
      {count > 0 && (
        <ul className={`${page.card} ${page.rows}`}>
          {letters.slice(0, MOST_SHOWN).map((letter) => (
            <LetterRow key={letter.id} letter={letter} />
          ))}
        </ul>
      )}
      {more > 0 && <p className={page.lead}>{t('andMore', { count: more })}</p>}
      <ConfirmDialog
        open={isDiscarding}
        onClose={() => setDiscarding(false)}
        onConfirm={discardAll}
        title={t('discardLettersTitle', { count, name })}
        about={t('discardLettersAbout')}
        action={t('discardAll')}
        dangerous
      />
    </section>
  )
}

const ruleTexts = { keep: 'ruleKeep', hourly: 'ruleHourly', discard: 'ruleDiscard' } as const
const ruleNames = Object.keys(ruleTexts) as readonly DeadLetterRule[]

function Rule({ flow, name, rule }: Omit<FlowLettersProps, 'letters'>) {
  const t = useText(alarmTexts)
  const mayEdit = useMayEdit()
  return (
    <div className={styles.rule}>
      <Select
        aria-label={t('rule', { name })}
        value={rule}
        disabled={!mayEdit}
        onChange={(next) =>
          void command(() => api.deadLetters.setRule(flow, next), { done: t('saved'), key })
        }
        options={ruleNames.map((value) => ({ value, label: t(ruleTexts[value]) }))}
      />
    </div>
  )
}

function LetterRow({ letter }: { readonly letter: DeadLetter }) {
  const t = useText(alarmTexts)
  const language = useLanguage()
  const now = useNow(60_000)
  const { id, error, path, topic, preview, attempts, at, isRetrying } = letter
  const culprit = path.at(-1)?.name ?? letter.node
  const parts = [topic, formatMoment(at, now, language), t('tries', { count: attempts })].filter(Boolean)
  return (
    <li className={page.tallRow}>
      <span className={page.rowIcon} data-tone="error">
        <Icon name="circle-alert" size={18} />
      </span>
      <div className={page.tallMain}>
        <span className={styles.title}>{problemText(error, language)}</span>
        <span className={styles.about}>
          {t('failedAt', { node: culprit })} · {parts.join(' · ')}
        </span>
        <ol className={styles.path} aria-label={t('path')}>
          {path.map(({ node, name }) => (
            <li key={node}>{name}</li>
          ))}
        </ol>
        <code className={styles.preview}>{preview || t('noContent')}</code>
      </div>
      <LetterActions id={id} name={problemText(error, language)} isRetrying={isRetrying} />
    </li>
  )
}

interface LetterActionsProps {
  readonly id: number
  readonly name: string
  readonly isRetrying: boolean
}

function LetterActions({ id, name, isRetrying }: LetterActionsProps) {
  const t = useText(alarmTexts)
  const mayEdit = useMayEdit()
  const [isDiscarding, setDiscarding] = useState(false)
  if (!mayEdit) return null
  const discard = () => {
    setDiscarding(false)
    void command(() => api.deadLetters.discard(id), { done: t('discarded'), key })
  }
  return (
    <div className={styles.actions}>
      <Button
        icon="refresh-cw"
        busy={isRetrying}
        onClick={() => void command(() => api.deadLetters.retry(id), { done: t('retried'), key })}
      >
        {t(isRetrying ? 'retrying' : 'retry')}
      </Button>
      <Menu
        items={[
          { label: t('discard'), icon: 'trash-2', dangerous: true, onSelect: () => setDiscarding(true) },
        ]}
      >
        <IconButton icon="ellipsis-vertical" label={t('actions', { name })} />
      </Menu>
      <ConfirmDialog
        open={isDiscarding}
        onClose={() => setDiscarding(false)}
        onConfirm={discard}
        title={t('discardLetter')}
        about={t('discardLetterAbout')}
        action={t('discard')}
        dangerous
      />
    </div>
  )
}
