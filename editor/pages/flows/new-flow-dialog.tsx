import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { pageTexts } from '../texts.ts'
import { saveNewFlow } from './flow-actions.ts'
import { startTexts } from './start/texts.ts'
import type { Way } from './start/ways.tsx'
import { flowTexts } from './texts.ts'

interface NewFlowDialogProps {
  readonly onClose: () => void
  /** Begins in another way than with an empty canvas. */
  readonly onChoose: (way: Way) => void
}

/** Asks for a name, makes the flow and opens it. */
export function NewFlowDialog({ onClose, onChoose }: NewFlowDialogProps) {
  const t = useText(flowTexts)
  const start = useText(startTexts)
  const common = useText(pageTexts)
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => saveNewFlow(name.trim()),
    onSuccess: (id) => navigate(`/flows/${id}`),
  })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={create.mutate}
      title={t('newFlow')}
      width={560}
      action={t('create')}
      busy={create.isPending}
      disabled={name.trim() === ''}
      error={create.error}
      more={
        <>
          <Button icon="layout-template" variant="ghost" onClick={() => onChoose('templates')}>
            {start('template')}
          </Button>
          <Button icon="radio-tower" variant="ghost" onClick={() => onChoose('devices')}>
            {start('devices')}
          </Button>
        </>
      }
    >
      <Field label={common('name')} hint={t('nameHint')}>
        {(control) => <TextField {...control} value={name} onChange={setName} maxLength={200} autoFocus />}
      </Field>
    </FormDialog>
  )
}
