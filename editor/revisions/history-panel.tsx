import { useMemo } from 'react'
import { useSummary } from '../api/queries.ts'
import type { Revision } from '../api/types.ts'
import { ChangeList } from '../deploy/change-list.tsx'
import styles from '../deploy/deploy.module.css'
import { type Base, lookAt, useLooking } from '../deploy/looking.ts'
import { namesIn } from '../deploy/names.ts'
import { PanelHead } from '../deploy/panel-head.tsx'
import { deployTexts } from '../deploy/texts.ts'
import { useJump } from '../deploy/use-jump.ts'
import { type Shown, useChosen } from '../deploy/use-shown.ts'
import { useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { formatAgo } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { useNow } from '../pages/use-now.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field } from '../ui/field.tsx'
import { Select, type SelectOption } from '../ui/select.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { RestoreButtons } from './restore-buttons.tsx'
import { revisionTexts } from './texts.ts'
import { useRevisions } from './use-revisions.ts'

interface HistoryPanelProps {
  /** Something was shown on the canvas. */
  readonly onJump: () => void
}

/** Every deploy of the flow: to look at, to compare with another, and to bring back. */
export function HistoryPanel({ onJump }: HistoryPanelProps) {
  const t = useText(revisionTexts)
  const { document } = useFlow()
  const { id } = document.flow
  const { revisions, isPending, error, hasOlder, isLoadingOlder, loadOlder } = useRevisions(id, true)
  const { number } = useChosen(id)
  return (
    <section className={styles.panel} aria-label={t('history')}>
      <PanelHead title={t('history')} />
      <div className={styles.panelBody}>
        {isPending && <Spinner label={t('loading')} />}
        {error && <EmptyState icon="circle-alert" title={t('notLoaded')} about={errorText(error)} />}
        {revisions?.length === 0 && <EmptyState icon="history" title={t('none')} about={t('noneAbout')} />}
        {revisions && revisions.length > 0 && (
          <ul className={styles.revisions} aria-label={t('revisions')}>
            {revisions.map((revision) => (
              <li key={revision.number}>
                <RevisionRow revision={revision} isChosen={revision.number === number} />
                {revision.number === number && <Chosen revision={revision} all={revisions} onJump={onJump} />}
              </li>
            ))}
          </ul>
        )}
        {hasOlder && (
          <Button variant="ghost" busy={isLoadingOlder} onClick={loadOlder}>
            {t('older')}
          </Button>
        )}
      </div>
    </section>
  )
}

function RevisionRow({ revision, isChosen }: { readonly revision: Revision; readonly isChosen: boolean }) {
  const t = useText(revisionTexts)
  const language = useLanguage()
  const now = useNow(60_000)
  const { document, deployment } = useFlow()
  const running = useSummary(document.flow.id)?.running
  const { number, at, by, message, changes } = revision
  const choose = () => {
    const { looking } = useLooking.getState()
    // What it is compared with stays, as long as that is not the chosen one itself.
    const base = looking?.kind === 'history' && looking.base !== number ? looking.base : 'before'
    lookAt({ kind: 'history', number, base })
  }
  return (
    <button type="button" className={styles.revision} aria-pressed={isChosen} onClick={choose}>
      <span className={styles.revisionHead}>
        <b>{t('revision', { number })}</b>
        {number === running && deployment.isRunning && (
          <Badge tone="ok" icon="circle-play">
            {t('runs')}
          </Badge>
        )}
        {changes !== undefined && <small>{t('changeCount', { count: changes })}</small>}
      </span>
      <span className={styles.revisionMessage} data-empty={message === ''}>
        {message || t('noMessage')}
      </span>
      <small title={new Date(at).toLocaleString(language)}>
        {t('byline', { by, when: formatAgo(at, now, language) })}
      </small>
    </button>
  )
}

interface ChosenProps extends HistoryPanelProps {
  readonly revision: Revision
  readonly all: readonly Revision[]
}

/** The revision on the canvas: what it is compared with, what differs, and the way back to it. */
function Chosen({ revision, all, onJump }: ChosenProps) {
  const { document, shown } = useFlow()
  const { number } = revision
  return (
    <div className={styles.chosen}>
      <CompareWith number={number} all={all} />
      {shown?.kind === 'history' && <Changes shown={shown} onJump={onJump} />}
      {!document.isReadOnly && <RestoreButtons revision={revision} />}
    </div>
  )
}

function CompareWith({ number, all }: { readonly number: number; readonly all: readonly Revision[] }) {
  const t = useText(revisionTexts)
  const base = useLooking(({ looking }) => (looking?.kind === 'history' ? looking.base : 'before'))
  const options: readonly SelectOption[] = [
    { value: 'before', label: t('withBefore') },
    { value: 'draft', label: t('withDraft') },
    { value: 'nothing', label: t('withNothing') },
    ...all
      .filter((other) => other.number !== number)
      .map((other) => ({
        value: String(other.number),
        label: t('revision', { number: other.number }),
        about: other.message,
      })),
  ]
  return (
    <Field label={t('compareWith')}>
      {(control) => (
        <Select
          {...control}
          value={String(base)}
          onChange={(value) => lookAt({ kind: 'history', number, base: baseOf(value) })}
          options={options}
        />
      )}
    </Field>
  )
}

const baseOf = (value: string): Base =>
  value === 'before' || value === 'draft' || value === 'nothing' ? value : Number(value)

function Changes({ shown, onJump }: { readonly shown: Shown; readonly onJump: () => void }) {
  const t = useText(deployTexts)
  const { catalogue } = useFlow()
  const { document, differences } = shown
  const isCompared = useChosen(useFlow().document.flow.id).base !== 'nothing'
  const names = useMemo(() => namesIn(document.flow, catalogue, t), [document, catalogue, t])
  const jump = useJump(shown, onJump)
  if (!isCompared) return null
  return <ChangeList differences={differences} names={names} catalogue={catalogue} onJump={jump} />
}
