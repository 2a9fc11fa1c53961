import { useState } from 'react'
import { useIsOwner, useSummary } from '../api/queries.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Notice } from '../ui/notice.tsx'
import { useFlow } from './flow-context.ts'
import { flowTexts } from './texts.ts'

const TrustDialog = lazyPart(async () => (await import('./trust-dialog.tsx')).TrustDialog)

/** Says of a flow from outside that its functions are locked in, and lets an owner let them out. */
export function TrustNotice() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const summary = useSummary(document.flow.id)
  const isOwner = useIsOwner()
  const [isAsking, setAsking] = useState(false)
  if (!summary || summary.trusted) return null
  return (
    <>
      <Notice
        tone="calm"
        icon="shield-alert"
        actions={
          isOwner && (
            <Button icon="shield-check" onClick={() => setAsking(true)}>
              {t('trustAsk')}
            </Button>
          )
        }
      >
        {t('untrusted')} {!isOwner && t('untrustedAskOwner')}
      </Notice>
      {isAsking && <TrustDialog onClose={() => setAsking(false)} />}
    </>
  )
}
