import { type ComponentType, lazy, Suspense } from 'react'
import { useSearchParams } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { Spinner } from '../../ui/spinner.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Page } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import styles from './mqtt.module.css'
import { mqttTexts } from './texts.ts'

/** One chunk for each view; the first shows when the address names none. */
const views = {
  topics: lazy(async () => ({ default: (await import('./topics/topics-view.tsx')).TopicsView })),
  clients: lazy(async () => ({ default: (await import('./clients/clients-view.tsx')).ClientsView })),
  access: lazy(async () => ({ default: (await import('./access/access-view.tsx')).AccessView })),
  listeners: lazy(async () => ({ default: (await import('./listeners/listeners-view.tsx')).ListenersView })),
  bridges: lazy(async () => ({ default: (await import('./bridges/bridges-view.tsx')).BridgesView })),
  status: lazy(async () => ({ default: (await import('./status/status-view.tsx')).StatusView })),
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
