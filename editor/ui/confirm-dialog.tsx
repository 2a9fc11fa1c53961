import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { kitTexts } from './texts.ts'

interface ConfirmDialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
  readonly title: string
  /** What it does, and whether it can be taken back. */
  readonly about: ReactNode
  /** The verb on the button: "Delete". */
  readonly action: string
  readonly dangerous?: boolean
  readonly busy?: boolean
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, onConfirm, title, about, action, dangerous, busy } = props
  const t = useText(kitTexts)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      about={about}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant={dangerous ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    />
  )
}
