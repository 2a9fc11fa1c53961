import { useMayEdit } from '../api/queries.ts'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { kitTexts } from '../ui/texts.ts'
import { tryTitles } from './titles.ts'

/** Says that failed tests have kept the flow from being deployed, and deploys it all the same. */
export function GateNotice() {
  const t = useText(tryTitles)
  const kit = useText(kitTexts)
  const mayEdit = useMayEdit()
  const { deployment, panels } = useFlow()
  const { heldByTests, busy, deploy, forgetTests } = deployment
  if (heldByTests === undefined || !mayEdit) return null
  return (
    <Notice
      tone="error"
      icon="flask-conical"
      actions={
        <>
          <Button variant="ghost" onClick={() => panels.openDrawer('tests')}>
            {t('showTests')}
          </Button>
          <Button icon="rocket" busy={busy === 'deploy'} onClick={() => void deploy(heldByTests, true)}>
            {t('deployAnyway')}
          </Button>
          <IconButton icon="x" label={kit('close')} onClick={forgetTests} />
        </>
      }
    >
      {t('gateClosed')}
    </Notice>
  )
}
