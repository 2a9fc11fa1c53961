import { useLocation } from 'wouter'
import { ApiError } from '../api/api-error.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Spinner } from '../ui/spinner.tsx'
import styles from './flow.module.css'
import { FlowEditor } from './flow-editor.tsx'
import { flowTexts } from './texts.ts'
import { useFlowSession } from './use-flow-session.ts'

/** One flow: loads it, then edits it. */
export function FlowPage({ id }: { readonly id: string }) {
  const t = useText(flowTexts)
  const [, navigate] = useLocation()
  const { opening, retry } = useFlowSession(id)
  if (opening.kind === 'open') return <FlowEditor session={opening.session} />
  if (opening.kind === 'loading')
    return (
      <div className={styles.middle}>
        <Spinner label={t('loading')} />
      </div>
    )
  const isMissing = opening.error instanceof ApiError && opening.error.status === 404
  return (
    <div className={styles.middle}>
      <EmptyState
        icon="workflow"
        title={t(isMissing ? 'notFound' : 'notOpened')}
        about={isMissing ? t('notFoundAbout') : errorText(opening.error)}
        actions={
          <>
            {!isMissing && <Button onClick={retry}>{t('tryAgain')}</Button>}
            <Button variant="primary" onClick={() => navigate('/flows')}>
              {t('backToFlows')}
            </Button>
          </>
        }
      />
    </div>
  )
}
