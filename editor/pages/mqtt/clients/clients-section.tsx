import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { useBrokerClients } from '../../../api/queries.ts'
import type { BrokerClient } from '../../../api/types.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import { useNow } from '../../use-now.ts'
import { ClientDialog } from './client-dialog.tsx'
import styles from './clients.module.css'
import { findClients, type Shown } from './find-clients.ts'
import { clientTexts } from './texts.ts'

/** Every client and every kept session, to be searched and looked into. */
export function ClientsSection() {
  const t = useText(clientTexts)
  const common = useText(pageTexts)
  const clients = useBrokerClients()
  const [text, setText] = useState('')
  const [shown, setShown] = useState<Shown>('all')
  const [opened, setOpened] = useState<string>()
  const all = clients.data ?? []
  const connected = all.filter(({ isConnected }) => isConnected).length
  const found = findClients(all, text, shown)
  const client = all.find(({ clientId }) => clientId === opened)

  return (
    <Section id="clients" title={t('clients')} about={t('clientsAbout')}>
      {clients.error && <Failed error={clients.error} retry={clients.refetch} />}
      {clients.isPending && <Spinner label={common('loading')} />}
      {clients.data && all.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="radio-receiver" title={t('none')} about={t('noneAbout')} />
        </div>
      )}
      {all.length > 0 && (
        <>
          <div className={styles.tools}>
            <div className={styles.search}>
              <TextField
                type="search"
                value={text}
                onChange={setText}
                aria-label={t('search')}
                placeholder={t('searchHint')}
              />
            </div>
            <Segmented
              aria-label={t('show')}
              value={shown}
              onChange={setShown}
              options={[
                { value: 'all', label: t('all', { count: all.length }) },
                { value: 'connected', label: t('connected', { count: connected }) },
                { value: 'away', label: t('away', { count: all.length - connected }) },
              ]}
            />
          </div>
          {found.length === 0 ? (
            <div className={page.card}>
              <EmptyState icon="search" title={t('noMatch')} about={t('noMatchAbout')} />
            </div>
          ) : (
            <ClientList clients={found} onOpen={setOpened} />
          )}
        </>
      )}
      {client && <ClientDialog client={client} onClose={() => setOpened(undefined)} />}
    </Section>
  )
}

const ROW_HEIGHT = 64

interface ClientListProps {
  readonly clients: readonly BrokerClient[]
  readonly onOpen: (id: string) => void
}

/** Only what is in view is drawn: a house may have thousands. */
function ClientList({ clients, onOpen }: ClientListProps) {
  const t = useText(clientTexts)
  const scroller = useRef<HTMLDivElement>(null)
  const now = useNow(30_000)
  const rows = useVirtualizer({
    count: clients.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    getItemKey: (index) => clients[index]?.clientId ?? index,
  })
  return (
    <div ref={scroller} className={`${page.card} ${styles.scroller}`}>
      <ul aria-label={t('clients')} className={styles.list} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const client = clients[index]
          return (
            client && (
              <li
                key={key}
                className={styles.item}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={clients.length}
                aria-posinset={index + 1}
              >
                <ClientRow client={client} now={now} onOpen={() => onOpen(client.clientId)} />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

interface ClientRowProps {
  readonly client: BrokerClient
  readonly now: number
  readonly onOpen: () => void
}

function ClientRow({ client, now, onOpen }: ClientRowProps) {
  const t = useText(clientTexts)
  const language = useLanguage()
  const { clientId, isConnected, user, address, since, queued, dropped, isSlow, isHeld } = client
  const time = formatMoment(since, now, language)
  const parts = [
    isConnected && (user ?? t('noLogin')),
    address,
    t(isConnected ? 'connectedSince' : 'awaySince', { time }),
  ].filter(Boolean)
  return (
    <button type="button" className={styles.row} onClick={onOpen}>
      <span
        className={styles.state}
        data-on={isConnected || undefined}
        role="img"
        aria-label={t(isConnected ? 'isConnected' : 'isAway')}
      />
      <span className={page.rowMain}>
        <span className={`${page.rowTitle} ${page.mono}`}>{clientId}</span>
        <span className={page.rowAbout}>{parts.join(' · ')}</span>
      </span>
      <span className={styles.badges}>
        {isHeld && <Badge tone="warn">{t('held')}</Badge>}
        {isSlow && <Badge tone="warn">{t('slow')}</Badge>}
        {dropped > 0 && <Badge tone="error">{t('lost', { count: dropped })}</Badge>}
        {queued > 0 && <Badge>{t('waiting', { count: queued })}</Badge>}
      </span>
      <Icon name="chevron-right" size={16} />
    </button>
  )
}
