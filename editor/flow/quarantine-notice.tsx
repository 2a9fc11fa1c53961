import { useMayEdit, useSummary } from '../api/queries.ts'
import { problemText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useFlow, useNodeName } from './flow-context.ts'
import { flowTexts } from './texts.ts'

/** Says why the flow was stopped for good, shows who it was, and starts it again. */
export function QuarantineNotice() {
  const t = useText(flowTexts)
  const language = useLanguage()
  const nameOf = useNodeName()
  const mayEdit = useMayEdit()
  const { document, canvas, deployment } = useFlow()
  const quarantine = useSummary(document.flow.id)?.quarantine
  if (!quarantine) return null
  const { node } = quarantine
  const stands = node !== undefined && document.node(node) !== undefined
  return (
    <Notice
      tone="error"
      icon="octagon-alert"
      actions={
        <>
          {stands && (
            <Button variant="ghost" icon="scan-search" onClick={() => canvas()?.reveal(node)}>
              {t('goToNode', { name: nameOf(node) })}
            </Button>
          )}
          {mayEdit && (
            <Button icon="play" busy={deployment.busy === 'deploy'} onClick={() => void deployment.deploy()}>
              {t('startAgain')}
            </Button>
          )}
        </>
      }
    >
      <strong>{stands ? t('quarantinedBy', { name: nameOf(node) }) : t('quarantined')}</strong>{' '}
      {problemText(quarantine, language)}
    </Notice>
  )
}
