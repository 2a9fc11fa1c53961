import { lazy, Suspense } from 'react'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Spinner } from '../ui/spinner.tsx'
import { useLooking } from './looking.ts'
import { deployTitles } from './titles.ts'

const ReviewPanel = lazy(() =>
  import('./review-panel.tsx').then((module) => ({ default: module.ReviewPanel })),
)
const HistoryPanel = lazy(() =>
  import('../revisions/history-panel.tsx').then((module) => ({ default: module.HistoryPanel })),
)

/** What stands beside the canvas while it shows something else than the draft; loaded when first needed. */
export function LookingPanel({ onJump = stay }: { readonly onJump?: () => void }) {
  const t = useText(deployTitles)
  const kind = useLooking(({ looking }) => looking?.kind)
  const { shown } = useFlow()
  if (kind === undefined) return null
  return (
    <Suspense fallback={<Spinner label={t('changes')} />}>
      {kind === 'history' ? (
        <HistoryPanel onJump={onJump} />
      ) : (
        shown && <ReviewPanel shown={shown} onJump={onJump} />
      )}
    </Suspense>
  )
}

const stay = () => undefined
