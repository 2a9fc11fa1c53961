import { useState } from 'react'
import { useLocation } from 'wouter'
import { useFlows } from '../../../api/queries.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { pageTexts } from '../../texts.ts'
import { topicsTexts } from './texts.ts'

interface UseInFlowDialogProps {
  readonly filter: string
  readonly onClose: () => void
}

/** Asks for a flow, and opens it with a node that listens to the topic. */
export function UseInFlowDialog({ filter, onClose }: UseInFlowDialogProps) {
  const t = useText(topicsTexts)
  const common = useText(pageTexts)
  const [, navigate] = useLocation()
  const flows = useFlows().data ?? []
  const [wanted, setWanted] = useState<string>()
  const flow = flows.find(({ id }) => id === wanted) ?? flows[0]
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('useTitle')}
      about={flow ? t('useAbout', { filter }) : t('noFlows')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          {flow && (
            <Button
              variant="primary"
              onClick={() => navigate(`/flows/${flow.id}?listen=${encodeURIComponent(filter)}`)}
            >
              {t('use')}
            </Button>
          )}
        </>
      }
    >
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
