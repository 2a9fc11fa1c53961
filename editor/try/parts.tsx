import { type ComponentProps, lazy, Suspense } from 'react'
import { Spinner } from '../ui/spinner.tsx'

// What the flow page shows of this folder is loaded when it is first opened.
const LazyTests = lazy(() => import('./tests-tab.tsx'))
const LazyRecordings = lazy(() => import('./recordings-tab.tsx'))
const LazyTry = lazy(() => import('./try-tab.tsx'))

export function TestsTab() {
  return (
    <Suspense fallback={<Spinner />}>
      <LazyTests />
    </Suspense>
  )
}

export function RecordingsTab() {
  return (
    <Suspense fallback={<Spinner />}>
      <LazyRecordings />
    </Suspense>
  )
}

export function TryTab(props: ComponentProps<typeof LazyTry>) {
  return (
    <Suspense fallback={<Spinner />}>
      <LazyTry {...props} />
    </Suspense>
  )
}
