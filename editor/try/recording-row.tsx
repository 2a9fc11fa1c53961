import { useState } from 'react'
import { api } from '../api/api.ts'
import { keys, queryClient } from '../api/queries.ts'
import type { Recording } from '../api/types.ts'
import { useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { formatBytes, formatCountdown, formatDateTime } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { download } from '../pages/flows/flow-actions.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { notify } from '../ui/toast.tsx'
import { chooseTest } from './chosen-test.ts'
import { testOfRecording } from './draft-test.ts'
import { type Outcome, outcomeOf } from './play.ts'
import { PlayOutcome } from './play-outcome.tsx'
import { recordingTexts } from './recording-texts.ts'
import styles from './recordings.module.css'
import { useRunningReplay } from './use-replay.ts'

const speeds = [1, 2, 5, 10, 20, 50, 100] as const
/** A test of more would be hard to read. */
const MOST_IN_TEST = 200

/** One recording: what it is, and what can be done with it. */
export function RecordingRow({ recording }: { readonly recording: Recording }) {
  const t = useText(recordingTexts)
  const language = useLanguage()
  const { document, deployment, panels } = useFlow()
  const { id, flow, name, startedAt, endedAt = startedAt, count, bytes, leftOut } = recording
  const [speed, setSpeed] = useState<string>('1')
  const [isMuted, setMuted] = useState(true)
  const [outcome, setOutcome] = useState<Outcome>()
  const [busy, setBusy] = useState<string>()
  const [open, setOpen] = useState<'rename' | 'remove'>()
  const isReplaying = useRunningReplay(flow) !== undefined

  const run = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    setBusy(what)
    try {
      await work()
    } catch (error) {
      notify.error(t('failed'), { about: errorText(error) })
    } finally {
      setBusy(undefined)
    }
  }
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.recordings(flow) })
  const makeTest = async (): Promise<void> => {
    if (count > MOST_IN_TEST) return void notify.warn(t('testFull', { count: MOST_IN_TEST }))
    const { messages } = await api.recordings.read(id)
    const { tests } = document.flow
    const added = testOfRecording(name, messages)
    document.set({ kind: 'flow' }, { tests: [...tests, added] }, { code: 'tests', count: 1 })
    chooseTest(tests.length)
    panels.openDrawer('tests')
  }
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        {open === 'rename' ? (
          <Rename
            name={name}
            onDone={(next) =>
              void run('rename', () => api.recordings.rename(id, next).then(refresh)).then(() =>
                setOpen(undefined),
              )
            }
          />
        ) : (
          <b>{name}</b>
        )}
        <span className={styles.facts}>
          {formatDateTime(startedAt, language)} · {formatCountdown(endedAt - startedAt)} ·{' '}
          {t('messages', { count })} · {formatBytes(bytes, language)}
          {leftOut > 0 && ` · ${t('leftOut', { count: leftOut })}`}
        </span>
      </div>
      {!document.isReadOnly && (
        <div className={styles.controls}>
          <Select
            aria-label={`${name}: ${t('speed')}`}
            value={speed}
            onChange={setSpeed}
            options={speeds.map((times) => ({
              value: String(times),
              label: times === 1 ? t('original') : t('times', { speed: times }),
            }))}
          />
          <div className={styles.mute} title={t('muteAbout')}>
            <Switch label={t('mute')} checked={isMuted} onChange={setMuted} />
          </div>
          <Button
            variant="primary"
            icon="play"
            busy={busy === 'replay'}
            disabled={isReplaying || !deployment.isRunning || count === 0}
            onClick={() =>
              void run('replay', () => api.recordings.replay(id, { speed: Number(speed), muted: isMuted }))
            }
          >
            {t('replay')}
          </Button>
          <Button
            icon="timer-reset"
            busy={busy === 'rehearse'}
            disabled={count === 0}
            onClick={() =>
              void run('rehearse', async () => setOutcome(outcomeOf(await api.recordings.rehearse(id))))
            }
          >
            {t('rehearse')}
          </Button>
          <IconButton
            icon="flask-conical"
            label={`${t('asTest')}: ${name}`}
            onClick={() => void run('test', makeTest)}
          />
          <IconButton icon="pencil" label={`${t('rename')}: ${name}`} onClick={() => setOpen('rename')} />
          <IconButton
            icon="download"
            label={`${t('download')}: ${name}`}
            onClick={() =>
              void run('download', async () =>
                download(`${name}.recording.json`, await api.recordings.download(id)),
              )
            }
          />
          <IconButton icon="trash-2" label={`${t('remove')}: ${name}`} onClick={() => setOpen('remove')} />
        </div>
      )}
      {outcome && <PlayOutcome outcome={outcome} />}
      <ConfirmDialog
        open={open === 'remove'}
        onClose={() => setOpen(undefined)}
        onConfirm={() => void run('remove', () => api.recordings.remove(id).then(refresh))}
        title={t('removeTitle', { name })}
        about={t('removeAbout')}
        action={t('remove')}
        dangerous
        busy={busy === 'remove'}
      />
    </li>
  )
}

function Rename({ name, onDone }: { readonly name: string; readonly onDone: (name: string) => void }) {
  const t = useText(recordingTexts)
  const [typed, setTyped] = useState(name)
  return (
    <form
      className={styles.rename}
      onSubmit={(event) => {
        event.preventDefault()
        onDone(typed.trim() || name)
      }}
    >
      <TextField aria-label={t('name')} value={typed} maxLength={200} autoFocus onChange={setTyped} />
      <Button type="submit">{t('save')}</Button>
    </form>
  )
}
