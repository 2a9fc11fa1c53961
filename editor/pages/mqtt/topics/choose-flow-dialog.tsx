import { useState } from 'react'
import { useFlows } from '../../../api/queries.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Select } from '../../../ui/select.tsx'
import { pageTexts } from '../../texts.ts'
import { topicsTexts } from './texts.ts'

interface ChooseFlowDialogProps {
  readonly title: string
  /** What becomes of the flow. */
  readonly about: string
  readonly action: string
  readonly onChoose: (flow: string) => void
  readonly onClose: () => void
  readonly busy?: boolean
  /** Why it could not be done with the flow that was chosen. */
  readonly error?: Error | null
}

/** Asks for a flow to do something with. */
export function ChooseFlowDialog({
  title,
  about,
  action,
  onChoose,
  onClose,
  busy = false,
  error = null,
}: ChooseFlowDialogProps) {
  const t = useText(topicsTexts)
  const common = useText(pageTexts)
  const flows = useFlows().data ?? []
  const [wanted, setWanted] = useState<string>()
  const flow = flows.find(({ id }) => id === wanted) ?? flows[0]
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      about={flow ? about : t('noFlows')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          {flow && (
            <Button variant="primary" busy={busy} onClick={() => onChoose(flow.id)}>
              {action}
            </Button>
          )}
        </>
      }
    >
      {error && <FormError text={errorText(error)} />}
      {flow && (
        <Field label={t('flow')}>
          {(control) => (
            <Select
              {...control}
              value={flow.id}
              onChange={setWanted}
              options={flows.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
        </Field>
      )}
    </Dialog>
  )
}
