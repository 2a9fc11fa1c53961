import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { keysOf } from '../../actions/action.ts'
import { houseActions } from '../../actions/house-actions.ts'
import { findAction } from '../../actions/registry.ts'
import { actionTexts } from '../../actions/texts.ts'
import { useLive } from '../../api/live.ts'
import { useAlarms } from '../../api/queries.ts'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { ImportDrop } from '../flows/import-drop.tsx'
import { pageTexts } from '../texts.ts'
import { AwayNotice, useAwaySince } from './away-notice.tsx'
import { ConditionNotices } from './condition-notices.tsx'
import styles from './frame.module.css'
import { HeldBackNotice } from './held-back-notice.tsx'
import { Logo } from './logo.tsx'
import { MissingNotice } from './missing-notice.tsx'

const areas = [
  { path: '/flows', icon: 'workflow', label: 'flows' },
  { path: '/alarms', icon: 'bell-ring', label: 'alarms' },
  { path: '/connections', icon: 'plug', label: 'connections' },
  { path: '/mqtt', icon: 'radio-tower', label: 'mqtt' },
  { path: '/history', icon: 'chart-line', label: 'history' },
  { path: '/settings', icon: 'settings', label: 'settings' },
] as const

const MOST_COUNTED = 99

/** What stands around every page: the rail with the areas, a bar at the bottom on phones. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const t = useText(pageTexts)
  const [location] = useLocation()
  const { data: alarms = [] } = useAlarms()
  const awaySince = useAwaySince()
  const open = alarms.filter(({ state }) => state === 'open').length
  return (
    <div className={styles.frame}>
      <nav className={styles.rail} aria-label={t('main')}>
        <span className={styles.logo}>
          <Logo size={28} />
        </span>
        <SearchButton />
        <ul className={styles.areas}>
          {areas.map((area) => (
            <AreaLink
              key={area.path}
              area={area}
              isHere={location === area.path || location.startsWith(`${area.path}/`)}
              count={area.path === '/alarms' ? open : 0}
            />
          ))}
        </ul>
        <LiveLight />
      </nav>
      <main className={styles.page}>
        <div>
          <AwayNotice since={awaySince} />
          <MissingNotice isAway={awaySince !== undefined} />
          <ConditionNotices />
          <HeldBackNotice />
        </div>
        <div className={styles.content} data-old={awaySince !== undefined || undefined}>
          {children}
        </div>
      </main>
      <ImportDrop />
    </div>
  )
}

function SearchButton() {
  const t = useText(actionTexts)
  return (
    <IconButton
      icon="search"
      label={t('palette')}
      keys={keysOf(houseActions, 'palette')}
      tooltip="right"
      className={styles.search}
      onClick={() => findAction('palette')?.run()}
    />
  )
}

interface AreaLinkProps {
  readonly area: (typeof areas)[number]
  readonly isHere: boolean
  /** Open alarms. */
  readonly count: number
}

function AreaLink({ area: { path, icon, label }, isHere, count }: AreaLinkProps) {
  const t = useText(pageTexts)
  const name = count > 0 ? `${t(label)}: ${t('alarmsOpen', { count })}` : t(label)
  return (
    <li>
      <Tooltip text={name} side="right">
        <Link
          href={path}
          className={classNames(styles.area, isHere && styles.here)}
          aria-current={isHere ? 'page' : undefined}
        >
          <span className={styles.areaIcon}>
            <Icon name={icon} size={20} />
            {count > 0 && (
              <span className={styles.count} aria-hidden="true">
                {count > MOST_COUNTED ? `${MOST_COUNTED}+` : count}
              </span>
            )}
          </span>
          <span className={styles.areaLabel}>{t(label)}</span>
          {count > 0 && <span className="visually-hidden">: {t('alarmsOpen', { count })}</span>}
        </Link>
      </Tooltip>
    </li>
  )
}

const liveLabels = { on: 'liveOn', connecting: 'liveConnecting', away: 'liveAway' } as const
const liveIcons = { on: 'wifi', connecting: 'wifi', away: 'unplug' } as const

/** Whether what one sees is live. */
function LiveLight() {
  const t = useText(pageTexts)
  const state = useLive((live) => live.state)
  const label = t(liveLabels[state])
  return (
    <Tooltip text={label} side="right">
      <button type="button" className={styles.live} data-state={state} aria-label={label}>
        <Icon name={liveIcons[state]} size={18} />
      </button>
    </Tooltip>
  )
}
