import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { pageTexts } from '../texts.ts'
import { createFlow } from './flow-actions.ts'
import { flowTexts } from './texts.ts'

/** Asks for a name, makes the flow and opens it. */
export function NewFlowDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(flowTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => createFlow(name.trim()),
    onSuccess: (id) => navigate(`/flows/${id}`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('newFlow')}
      width={400}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={create.isPending}
            disabled={name.trim() === ''}
          >
            {t('create')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <Field label={common('name')} hint={t('nameHint')}>
          {(control) => <TextField {...control} value={name} onChange={setName} maxLength={200} autoFocus />}
        </Field>
        {create.error && <FormError text={errorText(create.error)} />}
      </form>
    </Dialog>
  )
}
