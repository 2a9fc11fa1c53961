import { useState } from 'react'
import { useAlarms, useClosedAlarms, useMayEdit } from '../../api/queries.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import { actOnAlarm } from './alarm-actions.ts'
import { AlarmRow } from './alarm-row.tsx'
import { focusGroup, Group } from './group.tsx'
import { alarmTexts } from './texts.ts'

const FIRST_CLOSED = 10
const MOST_CLOSED = 500

/** Alarms that stand, and those that are over. */
export function AlarmsView() {
  const t = useText(alarmTexts)
  const common = useText(pageTexts)
  const alarms = useAlarms()
  const mayEdit = useMayEdit()
  const now = useNow(1_000)
  if (alarms.error) return <Failed error={alarms.error} retry={alarms.refetch} />
  if (!alarms.data) return <Spinner label={common('loading')} />
  const open = alarms.data.filter(({ state }) => state === 'open')
  const acknowledged = alarms.data.filter(({ state }) => state === 'acknowledged')

  return (
    <>
      {open.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="shield-check" title={t('quietTitle')} about={t('quietAbout')} />
        </div>
      )}
      {open.length > 0 && (
        <Group
          title={t('open')}
          count={open.length}
          actions={
            mayEdit &&
            open.length > 1 && (
              <Button
                icon="check"
                onClick={({ currentTarget }) => {
                  focusGroup(currentTarget)
                  for (const alarm of open) void actOnAlarm(alarm, 'acknowledge', { isQuiet: true })
                }}
              >
                {t('acknowledgeAll')}
              </Button>
            )
          }
        >
          {open.map((alarm) => (
            <AlarmRow key={alarm.id} alarm={alarm} now={now} />
          ))}
        </Group>
      )}
      {acknowledged.length > 0 && (
        <Group title={t('acknowledged')} count={acknowledged.length}>
          {acknowledged.map((alarm) => (
            <AlarmRow key={alarm.id} alarm={alarm} now={now} />
          ))}
        </Group>
      )}
      <Earlier now={now} />
    </>
  )
}

function Earlier({ now }: { readonly now: number }) {
  const t = useText(alarmTexts)
  const [limit, setLimit] = useState(FIRST_CLOSED)
  const { data: closed = [] } = useClosedAlarms(limit + 1)
  if (closed.length === 0) return null
  const shown = closed.slice(0, limit)
  return (
    <Group
      title={t('earlier')}
      count={shown.length}
      foot={
        closed.length > limit &&
        limit < MOST_CLOSED && (
          <Button variant="ghost" icon="chevron-down" onClick={() => setLimit(limit * 5)}>
            {t('showMore')}
          </Button>
        )
      }
    >
      {shown.map((alarm) => (
        <AlarmRow key={alarm.id} alarm={alarm} now={now} />
      ))}
    </Group>
  )
}
