import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMayEdit, useSummary } from '../../api/queries.ts'
import type { AlarmAction, HouseAlarm } from '../../api/types.ts'
import type { Translate } from '../../i18n/define-texts.ts'
import { formatAgo, formatCountdown, formatMoment } from '../../i18n/format.ts'
import { type Language, useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import page from '../page.module.css'
import { actOnAlarm } from './alarm-actions.ts'
import styles from './alarms.module.css'
import { focusGroup } from './group.tsx'
import { alarmTexts } from './texts.ts'

const MINUTE_MS = 60_000
const tones = { open: 'error', acknowledged: 'ok', closed: undefined } as const
const icons = { open: 'bell-ring', acknowledged: 'check', closed: 'circle-check' } as const

/** One alarm: what it is, how it stands, and what a person can do. */
export function AlarmRow({ alarm, now }: { readonly alarm: HouseAlarm; readonly now: number }) {
  const t = useText(alarmTexts)
  const language = useLanguage()
  const flow = useSummary(alarm.flow)
  const { title, state, since, count, lastAt } = alarm
  const isQuiet = alarm.quietUntil !== undefined
  const parts = [
    t('since', { time: formatMoment(since, now, language) }),
    state === 'open' && now - since >= MINUTE_MS && formatAgo(since, now, language),
    count > 1 && t('times', { count }),
    count > 1 && state !== 'closed' && t('lastAt', { time: formatMoment(lastAt, now, language) }),
  ].filter((part) => part !== false)

  return (
    <li className={page.tallRow}>
      <span className={page.rowIcon} data-tone={isQuiet ? 'warn' : tones[state]}>
        <Icon name={isQuiet ? 'bell-off' : icons[state]} size={18} />
      </span>
      <div className={page.tallMain}>
        <span className={styles.title}>{title}</span>
        <span className={styles.about}>
          <Link href={`/flows/${alarm.flow}`}>{flow?.name ?? alarm.flow}</Link> · {parts.join(' · ')}
        </span>
        <span className={styles.course} data-tone={state === 'open' ? 'strong' : undefined}>
          {state === 'open' && !isQuiet && <Steps alarm={alarm} />}
          {courseOf(alarm, now, t, language)}
        </span>
      </div>
      <Actions alarm={alarm} />
    </li>
  )
}

/** How far it has come, for the eye; the words beside it say the same. */
const Steps = ({ alarm: { step, steps } }: { readonly alarm: HouseAlarm }) => (
  <span className={styles.steps} aria-hidden="true">
    {Array.from({ length: steps }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
      <i key={index} data-taken={index <= step || undefined} />
    ))}
  </span>
)

function courseOf(
  alarm: HouseAlarm,
  now: number,
  t: Translate<typeof alarmTexts.en>,
  language: Language,
): string {
  const at = (moment: number) => formatMoment(moment, now, language)
  const until = (moment: number) => formatCountdown(moment - now)
  const { state, step, steps, nextStepAt, quietUntil, quietBy = '?', closesAt } = alarm
  const { acknowledgedBy, acknowledgedAt = 0, closedBy, closedAt = 0 } = alarm
  const wasAcknowledged =
    acknowledgedBy !== undefined && t('acknowledgedBy', { name: acknowledgedBy, time: at(acknowledgedAt) })
  const join = (...parts: readonly (string | false | undefined)[]) =>
    capital(parts.filter(Boolean).join(' · '), language)

  if (state === 'acknowledged')
    return join(wasAcknowledged, closesAt !== undefined && t('closesIn', { time: until(closesAt) }))
  if (state === 'closed')
    return join(
      wasAcknowledged,
      closedBy === undefined
        ? t('closedAt', { time: at(closedAt) })
        : t('closedBy', { name: closedBy, time: at(closedAt) }),
    )
  if (quietUntil !== undefined) return t('quietUntil', { time: at(quietUntil), name: quietBy })
  if (step < 0) return nextStepAt === undefined ? '' : t('noStep', { time: until(nextStepAt) })
  const next =
    nextStepAt === undefined ? steps > 1 && t('lastStep') : t('nextStep', { time: until(nextStepAt) })
  return join(t('stepOf', { step: step + 1, steps }), next)
}

const capital = (text: string, language: Language): string =>
  text.slice(0, 1).toLocaleUpperCase(language) + text.slice(1)

function Actions({ alarm }: { readonly alarm: HouseAlarm }) {
  const t = useText(alarmTexts)
  const mayEdit = useMayEdit()
  const [, navigate] = useLocation()
  const [isBusy, setBusy] = useState(false)
  const { state, title } = alarm
  if (state === 'closed' || !mayEdit) return null

  const act = (action: AlarmAction, from?: Element) => {
    setBusy(true)
    focusGroup(from ?? null)
    void actOnAlarm(alarm, action).finally(() => setBusy(false))
  }
  const quiet: MenuItem[] =
    state === 'open' && alarm.quietUntil === undefined
      ? [{ label: t('quiet'), icon: 'bell-off', onSelect: () => act('quiet') }]
      : []
  return (
    <div className={styles.actions}>
      {state === 'open' && (
        <Button
          variant={alarm.quietUntil === undefined ? 'primary' : 'secondary'}
          icon="check"
          busy={isBusy}
          aria-label={`${t('acknowledge')}: ${title}`}
          onClick={({ currentTarget }) => act('acknowledge', currentTarget)}
        >
          {t('acknowledge')}
        </Button>
      )}
      <Menu
        items={[
          ...quiet,
          { label: t('close'), icon: 'circle-check', onSelect: () => act('close') },
          {
            label: t('openFlow'),
            icon: 'arrow-right',
            separator: true,
            onSelect: () => navigate(`/flows/${alarm.flow}`),
          },
        ]}
      >
        <IconButton icon="ellipsis-vertical" label={t('actions', { name: title })} />
      </Menu>
    </div>
  )
}
