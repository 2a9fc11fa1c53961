import { useEffect, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Icon } from '../../ui/icon.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import styles from './flows.module.css'
import type { PlannedFlow } from './import/import-plan.ts'
import { importFiles, useImport } from './import-flows.ts'
import { ImportResultDialog } from './import-result-dialog.tsx'
import { flowTexts } from './texts.ts'

const ImportPlanDialog = lazyPart<{ readonly plan: readonly PlannedFlow[] }>(
  async () => (await import('./import/import-plan-dialog.tsx')).ImportPlanDialog,
)

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Takes flow files that are dropped anywhere on the window, and shows what became of them. */
export function ImportDrop() {
  const isOver = useFileDrop()
  const t = useText(flowTexts)
  const plan = useImport((state) => state.plan)
  return (
    <>
      {isOver && (
        <div className={styles.drop}>
          <div>
            <Icon name="file-json" size={32} />
            <strong>{t('dropHere')}</strong>
            <span>{t('dropAbout')}</span>
          </div>
        </div>
      )}
      {plan && <ImportPlanDialog plan={plan} />}
      <ImportResultDialog />
    </>
  )
}

// Enter and leave come for each element under the pointer; the last one to be entered decides.
function useFileDrop(): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    let inside: EventTarget | null = null
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      inside = event.target
      setOver(true)
    }
    const onLeave = (event: DragEvent) => {
      if (event.target === inside) setOver(false)
    }
    const onOver = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      setOver(false)
      if (event.defaultPrevented || !hasFiles(event)) return
      event.preventDefault()
      void importFiles([...(event.dataTransfer?.files ?? [])])
    }
    const controller = new AbortController()
    const { signal } = controller
    window.addEventListener('dragenter', onEnter, { signal })
    window.addEventListener('dragleave', onLeave, { signal })
    window.addEventListener('dragover', onOver, { signal })
    window.addEventListener('drop', onDrop, { signal })
    return () => controller.abort()
  }, [])
  return isOver
}
