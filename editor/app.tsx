import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { useOverlays } from './actions/use-overlays.tsx'
import { startLive, stopLive } from './api/live.ts'
import { queryClient, useSession, useSetup } from './api/queries.ts'
import { offerUndo } from './house-log/offer-undo.ts'
import { useText } from './i18n/use-text.ts'
import { Frame } from './pages/frame/frame.tsx'
import { pageTexts } from './pages/texts.ts'
import { Unreachable } from './pages/unreachable.tsx'
import { CrashGuard } from './ui/crash-guard.tsx'
import { apart, later } from './ui/lazy-part.tsx'
import { Spinner } from './ui/spinner.tsx'
import { Toaster } from './ui/toast.tsx'

/** The editor: what it shows depends on whether the house has an owner, and on who is signed in. */
export const App = () => (
  <QueryClientProvider client={queryClient}>
    <CrashGuard>
      <Suspense fallback={<Loading />}>
        <Gate />
      </Suspense>
    </CrashGuard>
    <Toaster />
  </QueryClientProvider>
)

// One chunk for each page: who opens the history does not load the canvas.
const SetupPage = lazy(async () => ({ default: (await import('./pages/setup/setup-page.tsx')).SetupPage }))
const SignInPage = lazy(async () => ({
  default: (await import('./pages/setup/sign-in-page.tsx')).SignInPage,
}))
const FlowsPage = later(async () => (await import('./pages/flows/flows-page.tsx')).FlowsPage)
const flowPage = apart(async () => (await import('./flow/flow-page.tsx')).FlowPage, Loading)
// the largest page comes while the server is asked who this is
if (window.location.pathname.startsWith('/flows/')) flowPage.load().catch(() => undefined)
const ConnectionsPage = later(
  async () => (await import('./pages/connections/connections-page.tsx')).ConnectionsPage,
)
const HistoryPage = later(async () => (await import('./pages/history/history-page.tsx')).HistoryPage)
const AlarmsPage = later(async () => (await import('./pages/alarms/alarms-page.tsx')).AlarmsPage)
const MqttPage = later(async () => (await import('./pages/mqtt/mqtt-page.tsx')).MqttPage)
const SettingsPage = later(async () => (await import('./pages/settings/settings-page.tsx')).SettingsPage)
const NotFoundPage = later(async () => (await import('./pages/not-found-page.tsx')).NotFoundPage)

function Gate() {
  const session = useSession()
  // most who come are signed in: one question less
  const setup = useSetup(session.isError || session.data === null)
  if (session.data) return <House />
  if (setup.data?.needed) return <SetupPage codeNeeded={setup.data.codeNeeded} />
  if (setup.error) return <Unreachable error={setup.error} retry={setup.refetch} />
  if (setup.data && session.data === null) return <SignInPage />
  if (setup.data && session.error) return <Unreachable error={session.error} retry={session.refetch} />
  return <Loading />
}

function House() {
  useEffect(() => {
    startLive()
    const stopOffering = offerUndo()
    return () => {
      stopOffering()
      stopLive()
    }
  }, [])
  const overlays = useOverlays()
  return (
    <Frame>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/">
            <Redirect to="/flows" replace />
          </Route>
          <Route path="/flows" component={FlowsPage} />
          <Route path="/flows/:id">{({ id }) => <flowPage.Part key={id} id={id} />}</Route>
          <Route path="/connections" component={ConnectionsPage} />
          <Route path="/alarms" component={AlarmsPage} />
          <Route path="/mqtt" component={MqttPage} />
          <Route path="/history" component={HistoryPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
      {overlays}
    </Frame>
  )
}

function Loading() {
  const t = useText(pageTexts)
  return (
    <div style={{ display: 'grid', placeItems: 'center', height: '100%', minHeight: 160 }}>
      <Spinner label={t('loading')} />
    </div>
  )
}
