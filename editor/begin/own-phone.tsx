import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import { webPush as browsers } from '#nodes/connections/web-push/definition.ts'
import { telegramNotify } from '#nodes/telegram-notify/definition.ts'
import { webPush } from '#nodes/web-push/definition.ts'
import { readNotifications, switchNotificationsOn } from '../api/notifications.ts'
import { keys, queryClient, useConnections } from '../api/queries.ts'
import type { Discovery } from '../api/types.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { ConnectionDialog } from '../forms/connection-dialog.tsx'
import { errorText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { later } from '../ui/lazy-part.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './begin.module.css'
import { passStep } from './begun.ts'
import { door, type PhoneNode, tellPhone } from './door-changes.ts'
import { beginTexts } from './texts.ts'

const PairPanel = later(async () => (await import('../forms/pair-panel.tsx')).PairPanel)

const TEXT = '{{ alarm.title }} ({{ alarm.since | time }})'

/** A browser or a chat is told when the alarm is raised. */
export function OwnPhone({ onDone }: { readonly onDone: () => void }) {
  const t = useText(beginTexts)
  const { document } = useFlow()
  const hasAlarm = useDocument(({ byId }) => byId.has(door.alarm))
  const [bot, setBot] = useState<string>()
  const tell = (node: Omit<PhoneNode, 'id'>) => {
    const id = document.freeId('phone')
    document.change(tellPhone(document.flow, { id, ...node }), { code: 'add', count: 1 })
    onDone()
  }
  const mayTell = hasAlarm && !document.isReadOnly
  return (
    <>
      <p>{t('phoneAbout')}</p>
      <div className={styles.buttons}>
        <BrowserButton isOff={!mayTell} onTell={tell} />
        <TelegramButton isOff={!mayTell} onBot={setBot} />
        <Button
          variant="ghost"
          onClick={() => {
            passStep(document.flow.id, 'phone')
            onDone()
          }}
        >
          {t('later')}
        </Button>
      </div>
      {bot !== undefined && <Pairing bot={bot} onTell={tell} />}
    </>
  )
}

interface TellProps {
  readonly onTell: (node: Omit<PhoneNode, 'id'>) => void
}

function BrowserButton({ isOff, onTell }: TellProps & { readonly isOff: boolean }) {
  const t = useText(beginTexts)
  const { data: state } = useQuery({ queryKey: keys.notifications, queryFn: readNotifications })
  const [isBusy, setBusy] = useState(false)
  const hopeless = state === 'insecure' || state === 'unknown' || state === 'denied' ? state : undefined
  const tell = async () => {
    setBusy(true)
    try {
      const now = state === 'on' ? state : await switchNotificationsOn()
      queryClient.setQueryData(keys.notifications, now)
      if (now === 'on') onTell({ type: webPush.type, config: browserConfig })
      else notify.warn(t('browserRefused'))
    } catch (error) {
      notify.error(error instanceof DOMException ? t('browserRefused') : errorText(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        icon="bell-ring"
        busy={isBusy}
        disabled={isOff || state === undefined || hopeless !== undefined}
        onClick={() => void tell()}
      >
        {t('browser')}
      </Button>
      {hopeless && <p className={styles.hint}>{t(hopeless)}</p>}
    </>
  )
}

const browserConfig = {
  browsers: browsers.builtIn?.id,
  title: '{{ alarm.title }}',
  text: TEXT,
  urgency: 'alarm',
}

/** Takes the bot that stands, or has one made. */
function TelegramButton({
  isOff,
  onBot,
}: {
  readonly isOff: boolean
  readonly onBot: (connection: string) => void
}) {
  const t = useText(beginTexts)
  const { data: connections = [] } = useConnections()
  const [isMaking, setMaking] = useState(false)
  const standing = connections.find(({ type }) => type === telegramBot.type)
  return (
    <>
      <Button icon="send" disabled={isOff} onClick={() => (standing ? onBot(standing.id) : setMaking(true))}>
        {t('telegram')}
      </Button>
      {isMaking && (
        <ConnectionDialog
          definition={telegramBot}
          existing={undefined}
          suggestedName={t('bot')}
          onClose={() => setMaking(false)}
          onSaved={(id) => {
            setMaking(false)
            onBot(id)
          }}
        />
      )}
    </>
  )
}

function Pairing({ bot, onTell }: TellProps & { readonly bot: string }) {
  const t = useText(beginTexts)
  const language = useLanguage()
  const found = ({ fields }: Discovery) =>
    onTell({
      type: telegramNotify.type,
      version: telegramNotify.version,
      config: { bot, ...fields, text: TEXT, urgency: 'alarm', language },
    })
  return (
    <Suspense fallback={<Spinner label={t('telegram')} />}>
      <PairPanel connection={bot} onFound={found} />
    </Suspense>
  )
}
