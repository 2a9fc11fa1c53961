import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { pageTexts } from '../texts.ts'
import { createFlow } from './flow-actions.ts'
import { flowTexts } from './texts.ts'

/** Asks for a name, makes the flow and opens it. */
export function NewFlowDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(flowTexts)
  const common = useText(pageTexts)
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => createFlow(name.trim()),
    onSuccess: (id) => navigate(`/flows/${id}`),
  })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={create.mutate}
      title={t('newFlow')}
      width={400}
      action={t('create')}
      busy={create.isPending}
      disabled={name.trim() === ''}
      error={create.error}
    >
      <Field label={common('name')} hint={t('nameHint')}>
        {(control) => <TextField {...control} value={name} onChange={setName} maxLength={200} autoFocus />}
      </Field>
    </FormDialog>
  )
}
