import { useMayEdit } from '../api/queries.ts'
import { backToDraft } from '../deploy/looking.ts'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { tryTitles } from './titles.ts'

/** Says that failed tests have kept the flow from being deployed, and deploys it all the same. */
export function GateNotice() {
  const t = useText(tryTitles)
  const mayEdit = useMayEdit()
  const { deployment, panels } = useFlow()
  const { deployAnyway, busy } = deployment
  if (!deployAnyway || !mayEdit) return null
  const run = async () => {
    if (await deployAnyway()) backToDraft()
  }
  return (
    <Notice
      tone="error"
      icon="flask-conical"
      actions={
        <>
          <Button variant="ghost" onClick={() => panels.openDrawer('tests')}>
            {t('showTests')}
          </Button>
          <Button icon="rocket" busy={busy === 'deploy'} onClick={() => void run()}>
            {t('deployAnyway')}
          </Button>
        </>
      }
    >
      {t('gateClosed')}
    </Notice>
  )
}
