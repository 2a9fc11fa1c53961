import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import styles from './flows.module.css'
import type { PlannedFlow } from './import/import-plan.ts'
import { useImport } from './import-flows.ts'
import { ImportResultDialog } from './import-result-dialog.tsx'
import { flowTexts } from './texts.ts'

const ImportPlanDialog = lazyPart<{ readonly plan: readonly PlannedFlow[] }>(
  async () => (await import('./import/import-plan-dialog.tsx')).ImportPlanDialog,
)

/** Lies over the page while a file is held over it. */
export function DropHint() {
  const t = useText(flowTexts)
  return (
    <div className={styles.drop}>
      <div>
        <Icon name="file-json" size={32} />
        <strong>{t('dropHere')}</strong>
        <span>{t('dropAbout')}</span>
      </div>
    </div>
  )
}

/** What an import asks, and what came of it. */
export function ImportDialogs() {
  const plan = useImport((state) => state.plan)
  return (
    <>
      {plan && <ImportPlanDialog plan={plan} />}
      <ImportResultDialog />
    </>
  )
}
