import { type FormEvent, type ReactNode, useId } from 'react'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import styles from './floating/floating.module.css'
import { FormError } from './form-error.tsx'
import { kitTexts } from './texts.ts'

interface FormDialogProps {
  readonly onClose: () => void
  readonly onSubmit: () => void
  readonly title: string
  readonly about?: string
  /** Pixels; narrower on a narrow screen. */
  readonly width?: number
  /** The verb on the button that submits: "Add". */
  readonly action: string
  readonly busy: boolean
  /** While something that it needs is missing. */
  readonly disabled: boolean
  /** Why it was refused. */
  readonly error?: Error | null
  /** Buttons beside the usual two. */
  readonly more?: ReactNode
  /** What came of it, to be read before the dialog is closed: it takes the place of the form. */
  readonly outcome?: Outcome | undefined
  readonly children: ReactNode
}

interface Outcome {
  readonly title: string
  readonly about: string
  readonly content: ReactNode
}

/** A form apart: fields, and below them the buttons that leave it or send it. */
export function FormDialog(props: FormDialogProps) {
  const { onClose, onSubmit, title, about, width = 420, action, busy, disabled, error, more, outcome } = props
  const t = useText(kitTexts)
  const formId = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation() // another form may stand around this one
    onSubmit()
  }
  if (outcome)
    return (
      <Dialog
        open
        onClose={onClose}
        title={outcome.title}
        about={outcome.about}
        actions={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        {outcome.content}
      </Dialog>
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      about={about}
      width={width}
      actions={
        <>
          {more}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabled={disabled}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={submit} noValidate>
        {props.children}
        {error && <FormError text={errorText(error)} />}
      </form>
    </Dialog>
  )
}
