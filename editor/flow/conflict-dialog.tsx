import { useState } from 'react'
import { useStore } from 'zustand'
import { api } from '../api/api.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './flow.module.css'
import { useFlow } from './flow-context.ts'
import { flowTexts } from './texts.ts'

/** Asks what to do when somebody else has saved in between. Put off, it leaves a line that asks again: saving waits. */
export function ConflictDialog() {
  const t = useText(flowTexts)
  const { autosave, document } = useFlow()
  const isConflict = useStore(autosave.store, (state) => state.kind === 'conflict')
  const [isPutOff, setPutOff] = useState(false)
  const [busy, setBusy] = useState(false)

  const decide = async (work: () => Promise<void>) => {
    setBusy(true)
    try {
      await work()
      setPutOff(false)
    } catch (error) {
      notify.error(errorText(error))
    } finally {
      setBusy(false)
    }
  }
  const takeOver = async () => {
    const draft = await api.flows.read(document.flow.id)
    autosave.accept(draft.flow, draft.etag)
  }
  if (!isConflict) return null
  return (
    <>
      {isPutOff && (
        <div className={styles.conflict} role="alert">
          <Icon name="triangle-alert" />
          <span>{t('conflictTitle')}</span>
          <Button onClick={() => setPutOff(false)}>{t('conflictDecide')}</Button>
        </div>
      )}
      <Dialog
        open={!isPutOff}
        onClose={() => setPutOff(true)}
        title={t('conflictTitle')}
        about={t('conflictAbout')}
        actions={
          <>
            <Button busy={busy} onClick={() => void decide(() => autosave.overwrite())}>
              {t('conflictOverwrite')}
            </Button>
            <Button variant="primary" busy={busy} onClick={() => void decide(takeOver)}>
              {t('conflictReload')}
            </Button>
          </>
        }
      >
        <p>{t('conflictHint')}</p>
      </Dialog>
    </>
  )
}
