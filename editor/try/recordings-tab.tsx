import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api } from '../api/api.ts'
import { keys, queryClient } from '../api/queries.ts'
import type { Recording } from '../api/types.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { formatDateTime } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { notify } from '../ui/toast.tsx'
import { enteringWires } from './entering-wires.ts'
import { RecordingRow } from './recording-row.tsx'
import { recordingTexts } from './recording-texts.ts'
import styles from './recordings.module.css'

/** What was recorded of the flow, and a button to record more. */
export default function RecordingsTab() {
  const t = useText(recordingTexts)
  const { document } = useFlow()
  const flow = document.flow.id
  const { data: recordings } = useQuery({
    queryKey: keys.recordings(flow),
    queryFn: () => api.recordings.list(flow),
  })
  if (!recordings) return <Spinner label={t('loading')} />
  const running = recordings.find(({ endedAt }) => endedAt === undefined)
  const done = recordings.filter(({ endedAt }) => endedAt !== undefined)
  return (
    <div className={styles.recordings}>
      {!document.isReadOnly && (running ? <Running recording={running} /> : <Recorder />)}
      {done.length === 0 ? (
        !running && <EmptyState icon="circle-dot" title={t('none')} about={t('noneAbout')} />
      ) : (
        <ul className={styles.list} aria-label={t('list')}>
          {done.map((recording) => (
            <RecordingRow key={recording.id} recording={recording} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Running({ recording }: { readonly recording: Recording }) {
  const t = useText(recordingTexts)
  const stop = useMutation({
    mutationFn: () => api.recordings.stop(recording.id),
    ...outcome(t, recording.flow),
  })
  return (
    <div className={styles.recorder} data-running="">
      <p role="status">{t('recording', { count: recording.count })}</p>
      <Button icon="circle-stop" busy={stop.isPending} onClick={() => stop.mutate()}>
        {t('stop')}
      </Button>
    </div>
  )
}

type What = 'entering' | 'chosen'

function Recorder() {
  const t = useText(recordingTexts)
  const language = useLanguage()
  const { document, deployment } = useFlow()
  const flow = document.flow.id
  const selected = useDocument(({ selection }) => selection.wires)
  const entering = useDocument((state) => enteringWires(state.flow).join('\n'))
  const [name, setName] = useState('')
  const [what, setWhat] = useState<What>('entering')
  const isChosen = what === 'chosen' && selected.size > 0
  const wires = isChosen ? [...selected] : entering === '' ? [] : entering.split('\n')
  const start = useMutation({
    mutationFn: () => {
      const date = formatDateTime(Date.now(), language)
      return api.recordings.start(flow, { name: name.trim() || t('defaultName', { date }), wires })
    },
    ...outcome(t, flow),
  })
  const hint = !deployment.isRunning
    ? t('notRunning')
    : wires.length === 0
      ? t('noWires')
      : selected.size === 0
        ? t('chosenHint')
        : t('about')
  return (
    <div className={styles.recorder}>
      <TextField
        aria-label={t('name')}
        placeholder={t('name')}
        value={name}
        maxLength={200}
        onChange={setName}
      />
      <Segmented
        aria-label={t('what')}
        value={isChosen ? 'chosen' : 'entering'}
        onChange={setWhat}
        disabled={selected.size === 0}
        options={[
          { value: 'entering', label: t('what.entering') },
          { value: 'chosen', label: t('what.chosen') },
        ]}
      />
      <Button
        variant="primary"
        icon="circle-dot"
        busy={start.isPending}
        disabled={!deployment.isRunning || wires.length === 0}
        onClick={() => start.mutate()}
      >
        {t('record')}
      </Button>
      <Upload />
      <p className={styles.hint}>{hint}</p>
    </div>
  )
}

function Upload() {
  const t = useText(recordingTexts)
  const flow = useFlow().document.flow.id
  const input = useRef<HTMLInputElement>(null)
  const upload = async (file: File | undefined): Promise<void> => {
    if (!file) return
    try {
      await api.recordings.upload(flow, JSON.parse(await file.text()))
      await queryClient.invalidateQueries({ queryKey: keys.recordings(flow) })
    } catch (error) {
      const isNoJson = error instanceof SyntaxError
      notify.error(t('failed'), { about: isNoJson ? t('uploadWrong') : errorText(error) })
    }
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => {
          void upload(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button icon="file-up" onClick={() => input.current?.click()}>
        {t('upload')}
      </Button>
    </>
  )
}

const outcome = (t: (key: 'failed') => string, flow: string) => ({
  onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.recordings(flow) }),
  onError: (error: Error) => void notify.error(t('failed'), { about: errorText(error) }),
})
