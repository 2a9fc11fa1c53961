import { Suspense } from 'react'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { later } from '../ui/lazy-part.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { useLooking } from './looking.ts'
import { deployTitles } from './titles.ts'

const ReviewPanel = later(async () => (await import('./review-panel.tsx')).ReviewPanel)
const HistoryPanel = later(async () => (await import('../revisions/history-panel.tsx')).HistoryPanel)

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
