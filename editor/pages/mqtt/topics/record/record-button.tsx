import { api } from '../../../../api/api.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { visibleText } from '../../../../topics/visible-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { notify } from '../../../../ui/toast.tsx'
import { recordTexts } from './texts.ts'
import { useRecordingChange, useTopicRecordings } from './use-topic-recordings.ts'

/** Begins to record a topic or a branch, and ends that. */
export function RecordButton({ filter }: { readonly filter: string }) {
  const t = useText(recordTexts)
  const { data } = useTopicRecordings()
  const running = data?.find((one) => one.filter === filter && one.endedAt === undefined)
  const shown = visibleText(filter)
  const start = useRecordingChange(
    () => api.topicRecordings.start({ filter, name: shown.slice(0, 200) }),
    () => notify.ok(t('started', { filter: shown })),
  )
  const stop = useRecordingChange((id: string) => api.topicRecordings.stop(id))
  return running ? (
    <Button
      icon="circle-stop"
      busy={stop.isPending}
      aria-label={t('stopOne', { filter: shown })}
      onClick={() => stop.mutate(running.id)}
    >
      {t('stop')}
    </Button>
  ) : (
    <Button
      icon="circle-dot"
      busy={start.isPending}
      aria-label={t('recordFilter', { filter: shown })}
      onClick={() => start.mutate(undefined)}
    >
      {t('record')}
    </Button>
  )
}
