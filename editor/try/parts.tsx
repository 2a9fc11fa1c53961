import { type ComponentProps, Suspense } from 'react'
import { later } from '../ui/lazy-part.tsx'
import { Spinner } from '../ui/spinner.tsx'

// What the flow page shows of this folder is loaded when it is first opened.
const LazyTests = later(async () => (await import('./tests-tab.tsx')).default)
const LazyRecordings = later(async () => (await import('./recordings-tab.tsx')).default)
const LazyTry = later(async () => (await import('./try-tab.tsx')).default)

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
