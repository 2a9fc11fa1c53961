import { isSameJson } from '#flows/same-json.ts'
import type { Revision } from '../api/types.ts'
import styles from '../deploy/deploy.module.css'
import { backToDraft } from '../deploy/looking.ts'
import { mergeFlows } from '../document/fragment.ts'
import { useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { notify } from '../ui/toast.tsx'
import { revisionTexts } from './texts.ts'
import { useRevisionFlow } from './use-revisions.ts'

/** Make a revision the draft again: one step, which undo takes back. */
export function RestoreButtons({ revision }: { readonly revision: Revision }) {
  const { number, trusted } = revision
  const t = useText(revisionTexts)
  const { document, autosave, deployment, onForeign } = useFlow()
  const { flow } = useRevisionFlow(document.flow.id, number)
  if (!flow) return null
  const restore = (): boolean => {
    // The connections are the house's, and as they are now.
    const restored = { ...flow, connections: document.flow.connections }
    const isSame = isSameJson(document.flow, restored)
    // Trust was given to what stands now, and not to what stood before it.
    if (!isSame && trusted === false) onForeign(mergeFlows([restored]))
    if (!isSame) document.replace(restored, 'restore')
    backToDraft()
    return !isSame
  }
  const restoreOnly = () => {
    if (!restore()) return void notify.info(t('same'))
    void autosave.flush()
    notify.ok(t('restored', { number }), { about: t('restoredAbout') })
  }
  const restoreAndDeploy = () => {
    restore()
    void deployment.deploy(t('restoredMessage', { number }))
  }
  return (
    <div className={styles.panelActions}>
      <Button icon="undo-2" onClick={restoreOnly}>
        {t('restore')}
      </Button>
      <Button icon="rocket" busy={deployment.busy === 'deploy'} onClick={restoreAndDeploy}>
        {t('restoreDeploy')}
      </Button>
    </div>
  )
}
