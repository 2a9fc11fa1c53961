import { useSearchParams } from 'wouter'
import { useAlarms, useDeadLetters, useOutbox } from '../../api/queries.ts'
import { useText } from '../../i18n/use-text.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { Page } from '../page.tsx'
import styles from './alarms.module.css'
import { AlarmsView } from './alarms-view.tsx'
import { LettersView } from './letters-view.tsx'
import { OutboxView } from './outbox-view.tsx'
import { alarmTexts } from './texts.ts'

const views = ['alarms', 'outbox', 'letters'] as const
type View = (typeof views)[number]

/** What asks for a person: alarms, what waits to leave the house, and what could not be handled. The view stands in the address. */
export function AlarmsPage() {
  const t = useText(alarmTexts)
  const [address, setAddress] = useSearchParams()
  const view = views.find((name) => name === address.get('show')) ?? 'alarms'
  const counts: Readonly<Record<View, number>> = {
    alarms: useAlarms().data?.filter(({ state }) => state === 'open').length ?? 0,
    outbox: useOutbox().data?.filter(({ state }) => state !== 'sent').length ?? 0,
    letters: useDeadLetters().data?.letters.length ?? 0,
  }
  const content = { alarms: <AlarmsView />, outbox: <OutboxView />, letters: <LettersView /> }
  return (
    <Page title={t('title')}>
      <div className={styles.views}>
        <Tabs
          label={t('views')}
          value={view}
          onChange={(show) => setAddress(show === 'alarms' ? {} : { show }, { replace: true })}
          tabs={views.map((id) => ({
            id,
            label: <ViewLabel name={t(id)} count={counts[id]} isUrgent={id === 'alarms'} />,
            content: view === id && <div className={styles.view}>{content[id]}</div>,
          }))}
        />
      </div>
    </Page>
  )
}

interface ViewLabelProps {
  readonly name: string
  readonly count: number
  readonly isUrgent: boolean
}

const ViewLabel = ({ name, count, isUrgent }: ViewLabelProps) => (
  <span className={styles.viewLabel}>
    {name}
    {count > 0 && (
      <span className={styles.viewCount} data-urgent={isUrgent || undefined}>
        {count}
      </span>
    )}
  </span>
)
