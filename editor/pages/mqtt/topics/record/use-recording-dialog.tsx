import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../../../api/api.ts'
import { keys, queryClient, useFlows } from '../../../../api/queries.ts'
import type { TopicRecording } from '../../../../api/types.ts'
import { errorText } from '../../../../i18n/error-text.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { Dialog } from '../../../../ui/dialog.tsx'
import { Field } from '../../../../ui/field.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import { Select } from '../../../../ui/select.tsx'
import { notify } from '../../../../ui/toast.tsx'
import { pageTexts } from '../../../texts.ts'
import { recordTexts } from './texts.ts'

interface UseRecordingDialogProps {
  readonly recording: TopicRecording
  readonly onClose: () => void
}

/** Asks for a flow, and makes what was recorded one of its recordings. */
export function UseRecordingDialog({ recording, onClose }: UseRecordingDialogProps) {
  const t = useText(recordTexts)
  const common = useText(pageTexts)
  const [, navigate] = useLocation()
  const flows = useFlows().data ?? []
  const [wanted, setWanted] = useState<string>()
  const flow = flows.find(({ id }) => id === wanted) ?? flows[0]
  const put = useMutation({
    mutationFn: (id: string) => api.topicRecordings.use(recording.id, id),
    onSuccess: ({ flow, name }) => {
      void queryClient.invalidateQueries({ queryKey: keys.recordings(flow) })
      const action = { label: t('open'), onClick: () => navigate(`/flows/${flow}`) }
      notify.ok(t('isIn', { name }), { action })
      onClose()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('useTitle')}
      about={flow ? t('useAbout') : t('noFlows')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          {flow && (
            <Button variant="primary" busy={put.isPending} onClick={() => put.mutate(flow.id)}>
              {t('put')}
            </Button>
          )}
        </>
      }
    >
      {put.error && <FormError text={errorText(put.error)} />}
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
