import { type ComponentType, Suspense } from 'react'
import { useSearchParams } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { later } from '../../ui/lazy-part.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Page } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import styles from './mqtt.module.css'
import { mqttTexts } from './texts.ts'

/** One chunk for each view; the first shows when the address names none. */
const views = {
  topics: later(async () => (await import('./topics/topics-view.tsx')).TopicsView),
  clients: later(async () => (await import('./clients/clients-view.tsx')).ClientsView),
  access: later(async () => (await import('./access/access-view.tsx')).AccessView),
  listeners: later(async () => (await import('./listeners/listeners-view.tsx')).ListenersView),
  bridges: later(async () => (await import('./bridges/bridges-view.tsx')).BridgesView),
  status: later(async () => (await import('./status/status-view.tsx')).StatusView),
} satisfies Readonly<Record<string, ComponentType>>
type View = keyof typeof views
const names = Object.keys(views) as View[]

/** The broker: what it carries, for whom, and how. The view stands in the address. */
export function MqttPage() {
  const t = useText(mqttTexts)
  const common = useText(pageTexts)
  const [address, setAddress] = useSearchParams()
  const view = names.find((name) => name === address.get('show')) ?? names[0]
  return (
    <Page title={t('title')} isWide>
      <div className={styles.views}>
        <Tabs
          label={t('views')}
          value={view ?? ''}
          onChange={(show) => setAddress(show === names[0] ? {} : { show }, { replace: true })}
          tabs={names.map((id) => {
            const Content = views[id]
            return {
              id,
              label: t(id),
              content: view === id && (
                <div className={styles.view} data-view={id}>
                  <Suspense fallback={<Spinner label={common('loading')} />}>
                    <Content />
                  </Suspense>
                </div>
              ),
            }
          })}
        />
      </div>
    </Page>
  )
}
