import { useState } from 'react'
import { api } from '../../../../api/api.ts'
import { useMayEdit } from '../../../../api/queries.ts'
import type { TopicRecording } from '../../../../api/types.ts'
import { errorText } from '../../../../i18n/error-text.ts'
import { formatBytes, formatDateTime } from '../../../../i18n/format.ts'
import { useLanguage } from '../../../../i18n/language.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { visibleText } from '../../../../topics/visible-text.ts'
import { Button, IconButton } from '../../../../ui/button.tsx'
import { ConfirmDialog } from '../../../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import page from '../../../page.module.css'
import styles from './record.module.css'
import { recordTexts } from './texts.ts'
import { UseRecordingDialog } from './use-recording-dialog.tsx'
import { useRecordingChange, useTopicRecordings } from './use-topic-recordings.ts'

/** What was recorded of the broker, the newest first. */
export function RecordingsPane() {
  const t = useText(recordTexts)
  const { data, error } = useTopicRecordings()
  if (error) return <FormError text={errorText(error)} />
  if (data?.length === 0) return <EmptyState icon="circle-dot" title={t('none')} about={t('noneAbout')} />
  return (
    <ul className={page.rows}>
      {data?.map((recording) => (
        <RecordingLine key={recording.id} recording={recording} />
      ))}
    </ul>
  )
}

function RecordingLine({ recording }: { readonly recording: TopicRecording }) {
  const t = useText(recordTexts)
  const language = useLanguage()
  const mayEdit = useMayEdit()
  const { id, filter, name, by, startedAt, endedAt, count, bytes, leftOut } = recording
  const [asks, setAsks] = useState<'use' | 'remove'>()
  const stop = useRecordingChange(() => api.topicRecordings.stop(id))
  const remove = useRecordingChange(
    () => api.topicRecordings.remove(id),
    () => setAsks(undefined),
  )
  const about = [
    ...(endedAt === undefined ? [t('running')] : []),
    t('messages', { count }),
    formatBytes(bytes, language),
    formatDateTime(startedAt, language),
    by,
    ...(leftOut > 0 ? [t('leftOut', { count: leftOut })] : []),
  ]
  return (
    <li className={`${page.row} ${styles.row}`}>
      <div className={page.rowMain}>
        <bdi className={page.rowTitle}>{visibleText(filter)}</bdi>
        <span className={`${page.rowAbout} ${styles.about}`}>{about.join(' · ')}</span>
      </div>
      {mayEdit && endedAt === undefined && (
        <Button
          icon="circle-stop"
          busy={stop.isPending}
          aria-label={t('stopOne', { filter: visibleText(filter) })}
          onClick={() => stop.mutate(undefined)}
        >
          {t('stop')}
        </Button>
      )}
      {mayEdit && endedAt !== undefined && (
        <Button icon="workflow" aria-label={t('useOne', { name })} onClick={() => setAsks('use')}>
          {t('use')}
        </Button>
      )}
      {mayEdit && (
        <IconButton icon="trash-2" label={t('removeOne', { name })} onClick={() => setAsks('remove')} />
      )}
      {asks === 'use' && <UseRecordingDialog recording={recording} onClose={() => setAsks(undefined)} />}
      <ConfirmDialog
        open={asks === 'remove'}
        onClose={() => setAsks(undefined)}
        title={t('removeOne', { name })}
        about={t('removeAbout')}
        action={t('remove')}
        dangerous
        onConfirm={() => remove.mutate(undefined)}
        busy={remove.isPending}
      />
    </li>
  )
}
