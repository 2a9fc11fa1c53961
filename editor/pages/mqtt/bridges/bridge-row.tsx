import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, useConnections, useIsOwner } from '../../../api/queries.ts'
import type { Bridge, BridgeState } from '../../../api/types.ts'
import type { Translate } from '../../../i18n/define-texts.ts'
import { problemText } from '../../../i18n/error-text.ts'
import { formatCountdown, formatMoment } from '../../../i18n/format.ts'
import { type Language, useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { IconButton } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { command } from '../../alarms/command.ts'
import page from '../../page.module.css'
import styles from './bridges.module.css'
import { MapLine } from './map-line.tsx'
import { bridgeTexts } from './texts.ts'

const tones = { connected: 'ok', connecting: 'accent', waiting: 'warn', refused: 'error' } as const

interface BridgeRowProps {
  readonly bridge: Bridge
  readonly now: number
  readonly onEdit: () => void
}

/** One bridge: how it does, what it carries, what waits. */
export function BridgeRow({ bridge, now, onEdit }: BridgeRowProps) {
  const t = useText(bridgeTexts)
  const language = useLanguage()
  const { data: connections = [] } = useConnections()
  const connection = connections.find(({ id }) => id === bridge.connection)
  const { state, name, maps } = bridge
  return (
    <li className={page.tallRow}>
      <span className={page.rowIcon}>
        <Icon name="arrow-left-right" size={18} />
      </span>
      <div className={page.tallMain}>
        <span className={styles.head}>
          <h3>{name}</h3>
          <Badge tone={state ? tones[state.phase] : 'neutral'}>{state ? t(state.phase) : t('off')}</Badge>
        </span>
        <span className={styles.about}>
          {[connection?.name || bridge.connection, ...(state ? courseOf(state, now, t, language) : [])].join(
            ' · ',
          )}
        </span>
        {state?.problem && (
          <span className={styles.problem} data-tone={state.phase === 'refused' ? undefined : 'warn'}>
            {problemText(state.problem, language)}
          </span>
        )}
        {state && <span className={styles.about}>{countsOf(state, now, t, language).join(' · ')}</span>}
        <div className={styles.maps}>
          {maps.map((map, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <MapLine key={index} map={map} />
          ))}
        </div>
      </div>
      <Actions bridge={bridge} onEdit={onEdit} />
    </li>
  )
}

type Say = Translate<typeof bridgeTexts.en>

function courseOf(state: BridgeState, now: number, t: Say, language: Language): string[] {
  const { phase, since, nextAt, version } = state
  const time = formatMoment(since, now, language)
  return [
    ...(version ? [t('version', { version })] : []),
    ...(phase === 'connected' ? [t('since', { time })] : []),
    ...(nextAt !== undefined ? [t('nextTry', { time: formatCountdown(nextAt - now) })] : []),
  ]
}

function countsOf(state: BridgeState, now: number, t: Say, language: Language): string[] {
  const { sent, received, dropped, refused, returned, waiting } = state
  const { messages: count, since } = waiting
  const waits =
    since === undefined
      ? t('messagesWait', { count })
      : t('messagesWaitSince', { count, time: formatMoment(since, now, language) })
  return [
    t('sent', { count: sent }),
    t('received', { count: received }),
    ...(count > 0 ? [waits] : []),
    ...(refused > 0 ? [t('rejected', { count: refused })] : []),
    ...(dropped > 0 ? [t('dropped', { count: dropped })] : []),
    ...(returned > 0 ? [t('returned', { count: returned })] : []),
  ]
}

type Asked = 'off' | 'discard' | 'delete'

function Actions({ bridge, onEdit }: { readonly bridge: Bridge; readonly onEdit: () => void }) {
  const t = useText(bridgeTexts)
  const isOwner = useIsOwner()
  const [asked, setAsked] = useState<Asked>()
  if (!isOwner) return null
  const { id, name, enabled, state, ...draft } = bridge
  const count = state?.waiting.messages ?? 0
  const run = (call: () => Promise<unknown>, done: string) => {
    setAsked(undefined)
    void command(call, { done, key: keys.bridges })
  }
  const turn = (isOn: boolean) =>
    run(
      () => api.bridges.change(id, { ...draft, name, enabled: isOn }),
      isOn ? t('switchedOn', { name }) : t('switchedOff', { name }),
    )
  const questions = {
    off: {
      title: t('switchOffTitle', { name }),
      about: t('switchOffAbout', { count }),
      action: t('switchOff'),
      onConfirm: () => turn(false),
    },
    discard: {
      title: t('discardTitle', { name }),
      about: t('discardAbout', { count }),
      action: t('discard'),
      onConfirm: () => run(() => api.bridges.discard(id), t('discarded')),
    },
    delete: {
      title: t('deleteTitle', { name }),
      about: t('deleteAbout'),
      action: t('delete'),
      onConfirm: () => run(() => api.bridges.remove(id), t('deleted', { name })),
    },
  }
  const onSwitch = () => (enabled && count > 0 ? setAsked('off') : turn(!enabled))
  return (
    <div>
      <Menu
        items={[
          { label: t('edit'), icon: 'pencil', onSelect: onEdit },
          { label: enabled ? t('switchOff') : t('switchOn'), icon: 'power', onSelect: onSwitch },
          {
            label: t('discard'),
            icon: 'hourglass',
            disabled: count === 0,
            onSelect: () => setAsked('discard'),
          },
          {
            label: t('delete'),
            icon: 'trash-2',
            separator: true,
            dangerous: true,
            onSelect: () => setAsked('delete'),
          },
        ]}
      >
        <IconButton icon="ellipsis-vertical" label={t('actions', { name })} />
      </Menu>
      {asked && <ConfirmDialog open onClose={() => setAsked(undefined)} dangerous {...questions[asked]} />}
    </div>
  )
}
