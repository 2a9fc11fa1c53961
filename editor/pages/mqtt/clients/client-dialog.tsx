import { type ReactNode, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, useIsOwner } from '../../../api/queries.ts'
import type { BrokerClient } from '../../../api/types.ts'
import { problemText } from '../../../i18n/error-text.ts'
import { formatBytes, formatMoment } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { command } from '../../alarms/command.ts'
import page from '../../page.module.css'
import { useNow } from '../../use-now.ts'
import styles from './clients.module.css'
import { clientTexts } from './texts.ts'

const protocols: Readonly<Record<number, string>> = { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5.0' }

/** All that the broker knows of a client; an owner may end its connection or have its session forgotten. */
export function ClientDialog({
  client,
  onClose,
}: {
  readonly client: BrokerClient
  readonly onClose: () => void
}) {
  const t = useText(clientTexts)
  const language = useLanguage()
  const isOwner = useIsOwner()
  const [asked, setAsked] = useState<'kick' | 'forget'>()
  const { clientId: name, isConnected, isKept, trouble, subscriptions, queued } = client
  const carryOut = (run: (id: string) => Promise<void>, done: string) => {
    setAsked(undefined)
    onClose()
    void command(() => run(name), { done, key: keys.brokerClients })
  }
  return (
    <>
      <Dialog
        open={asked === undefined}
        onClose={onClose}
        title={<span className={page.mono}>{name}</span>}
        width={560}
        actions={
          isOwner && (
            <>
              {isKept && <Button onClick={() => setAsked('forget')}>{t('forget')}</Button>}
              {isConnected && <Button onClick={() => setAsked('kick')}>{t('disconnect')}</Button>}
            </>
          )
        }
      >
        <div className={styles.details}>
          {trouble && (
            <p className={styles.trouble}>
              <Icon name="triangle-alert" size={16} />
              <span>
                <strong>{t('trouble')}</strong> {problemText(trouble, language)}
              </span>
            </p>
          )}
          <Facts client={client} />
          <section>
            <h3>{t('subscriptions')}</h3>
            {subscriptions.length === 0 && <p className={page.lead}>{t('noSubscriptions')}</p>}
            <ul className={styles.filters}>
              {subscriptions.map(({ filter, qos }) => (
                <li key={filter}>
                  <span className={page.mono}>{filter}</span>
                  <span className={styles.qos}>QoS {qos}</span>
                </li>
              ))}
            </ul>
          </section>
        </div>
      </Dialog>
      <ConfirmDialog
        open={asked === 'kick'}
        onClose={() => setAsked(undefined)}
        onConfirm={() => carryOut(api.brokerClients.kick, t('disconnected', { name }))}
        title={t('disconnectTitle', { name })}
        about={t('disconnectAbout')}
        action={t('disconnect')}
      />
      <ConfirmDialog
        open={asked === 'forget'}
        onClose={() => setAsked(undefined)}
        onConfirm={() => carryOut(api.brokerClients.forget, t('forgottenDone', { name }))}
        title={t('forgetTitle', { name })}
        about={t('forgetAbout', { count: queued })}
        action={t('forget')}
        dangerous
      />
    </>
  )
}

function Facts({ client }: { readonly client: BrokerClient }) {
  const t = useText(clientTexts)
  const language = useLanguage()
  const now = useNow(30_000)
  const moment = (at: number) => formatMoment(at, now, language)
  const volume = (count: number, bytes: number) =>
    t('messages', { count, bytes: formatBytes(bytes, language) })
  const { keepAlive, inFlight, forgottenAt, isKept, isConnected } = client
  return (
    <dl className={styles.facts}>
      <Fact title={t(isConnected ? 'isConnected' : 'isAway')}>{moment(client.since)}</Fact>
      {isConnected && <Fact title={t('user')}>{client.user ?? t('noLogin')}</Fact>}
      {client.address !== undefined && <Fact title={t('address')}>{client.address}</Fact>}
      {client.listener !== undefined && <Fact title={t('listener')}>{client.listener}</Fact>}
      {client.protocol !== undefined && (
        <Fact title={t('protocol')}>{protocols[client.protocol] ?? client.protocol}</Fact>
      )}
      {keepAlive !== undefined && (
        <Fact title={t('keepAlive')}>{keepAlive === 0 ? t('off') : t('seconds', { count: keepAlive })}</Fact>
      )}
      <Fact title={t('session')}>
        {forgottenAt !== undefined
          ? t('forgotten', { time: moment(forgottenAt) })
          : t(isKept ? 'kept' : 'ends')}
      </Fact>
      {isConnected && (
        <>
          <Fact title={t('received')}>{volume(client.messagesIn, client.bytesIn)}</Fact>
          <Fact title={t('sent')}>{volume(client.messagesOut, client.bytesOut)}</Fact>
        </>
      )}
      <Fact title={t('queue')}>
        {volume(client.queued, client.queuedBytes)}
        {inFlight > 0 && <small>{t('inFlight', { count: inFlight })}</small>}
      </Fact>
      {client.dropped > 0 && <Fact title={t('droppedCount')}>{client.dropped.toLocaleString(language)}</Fact>}
    </dl>
  )
}

const Fact = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </>
)
