import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api } from '../../../../api/api.ts'
import { keys, queryClient } from '../../../../api/queries.ts'
import type { TopicRecording } from '../../../../api/types.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { notify } from '../../../../ui/toast.tsx'
import { ChooseFlowDialog } from '../choose-flow-dialog.tsx'
import { recordTexts } from './texts.ts'

interface UseRecordingDialogProps {
  readonly recording: TopicRecording
  readonly onClose: () => void
}

/** Asks for a flow, and makes what was recorded one of its recordings. */
export function UseRecordingDialog({ recording, onClose }: UseRecordingDialogProps) {
  const t = useText(recordTexts)
  const [, navigate] = useLocation()
  const put = useMutation({
    mutationFn: (flow: string) => api.topicRecordings.use(recording.id, flow),
    onSuccess: ({ flow, name }) => {
      void queryClient.invalidateQueries({ queryKey: keys.recordings(flow) })
      const action = { label: t('open'), onClick: () => navigate(`/flows/${flow}`) }
      notify.ok(t('isIn', { name }), { action })
      onClose()
    },
  })
  return (
    <ChooseFlowDialog
      title={t('useTitle')}
      about={t('useAbout')}
      action={t('put')}
      busy={put.isPending}
      error={put.error}
      onChoose={(flow) => put.mutate(flow)}
      onClose={onClose}
    />
  )
}
