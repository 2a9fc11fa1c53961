import { useEffect, useState } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Select } from '../ui/select.tsx'
import { notify } from '../ui/toast.tsx'
import { askPort, useAskedPort } from './asked-port.ts'
import { sendEnds } from './ends.ts'
import { isWhole, useLastMessage } from './last-message.ts'
import { type Draft, MessageChoice, type Source } from './message-choice.tsx'
import { type Outcome, playReally, rehearse } from './play.ts'
import { PlayOutcome } from './play-outcome.tsx'
import { livePath, PlaceSelect, usePlace } from './play-place.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'

type How = 'real' | 'rehearsal'

interface TryTabProps {
  readonly node: FlowNode
  /** Touches nothing unless one asks for it: as while its code is being written. */
  readonly isRehearsed?: boolean
}

/** Sends one message to a node: the last one that came, one that was saved, or one that is typed. */
export default function TryTab({ node, isRehearsed = false }: TryTabProps) {
  const t = useText(tryTexts)
  const { document, catalogue, autosave, deployment } = useFlow()
  const flow = useDocument((state) => state.flow)
  const { places, place, setPlace } = usePlace()
  const ends = sendEnds(catalogue, { ...flow, nodes: [node] })
  const [end = ends[0]?.value ?? '', setEnd] = useState<string>()
  useAsked(node.id, setEnd)
  const [picked, setSource] = useState<Source>()
  const [draft, setDraft] = useState<Draft>({ payload: '', topic: '', isFaulty: false })
  const [chosen, setChosen] = useState(0)
  const [how, setHow] = useState<How>(isRehearsed ? 'rehearsal' : 'real')
  const [outcome, setOutcome] = useState<Outcome>()
  const [isBusy, setBusy] = useState(false)
  const last = useLastMessage(end, place)
  const source = picked ?? (last && isWhole(last) ? 'last' : 'typed')

  const message = chooseMessage(source, { draft, saved: flow.messages?.[chosen], last })
  const isReal = how === 'real' && deployment.isRunning
  const play = async (): Promise<void> => {
    if (!message) return
    setBusy(true)
    try {
      if (!isReal && !(await autosave.flush())) return void notify.warn(t('unsaved'))
      const { id } = document.flow
      setOutcome(await (isReal ? playReally : rehearse)({ flow: id, to: livePath(place, end), ...message }))
    } catch (error) {
      notify.error(t('playFailed', { reason: errorText(error) }))
    } finally {
      setBusy(false)
    }
  }
  if (node.disabled) return <p className={styles.alone}>{t('isDisabled')}</p>
  if (places.length === 0) return <p className={styles.alone}>{t('noPlace')}</p>
  if (document.isReadOnly || ends.length === 0) return <p className={styles.alone}>{t('noInput')}</p>
  return (
    <div className={styles.play}>
      <p className={styles.quiet}>{t('playAbout')}</p>
      {places.length > 1 && <PlaceSelect places={places} place={place} onChange={setPlace} />}
      {ends.length > 1 && (
        <Field label={t('where')}>
          {(control) => (
            <Select
              {...control}
              value={end}
              onChange={setEnd}
              options={ends.map(({ value, port }) => ({ value, label: port }))}
            />
          )}
        </Field>
      )}
      {!end.includes('.') && <p className={styles.quiet}>{t('asIfReceived')}</p>}
      <MessageChoice
        source={source}
        onSource={setSource}
        draft={draft}
        onDraft={setDraft}
        chosen={chosen}
        onChosen={setChosen}
        last={last}
      />
      <Field
        label={t('how')}
        hint={t(!deployment.isRunning ? 'notRunning' : isReal ? 'realAbout' : 'rehearsalAbout')}
      >
        {(control) => (
          <Segmented
            {...control}
            value={isReal ? 'real' : 'rehearsal'}
            onChange={setHow}
            disabled={!deployment.isRunning}
            options={[
              { value: 'real', label: t('how.real') },
              { value: 'rehearsal', label: t('how.rehearsal') },
            ]}
          />
        )}
      </Field>
      <Button variant="primary" icon="play" busy={isBusy} disabled={!message} onClick={() => void play()}>
        {t('play')}
      </Button>
      {outcome && <PlayOutcome outcome={outcome} />}
    </div>
  )
}

/** Takes the input that somebody has pressed on the canvas. */
function useAsked(node: string, onEnd: (end: string) => void): void {
  const asked = useAskedPort((state) => state.asked)
  useEffect(() => {
    if (asked?.node !== node) return
    if (asked.port !== undefined) onEnd(`${node}.${asked.port}`)
    askPort(undefined)
  }, [asked, node, onEnd])
}

interface Choices {
  readonly draft: Draft
  readonly saved: { readonly topic?: string | undefined; readonly payload: unknown } | undefined
  readonly last: ReturnType<typeof useLastMessage>
}

/** The message that is meant; nothing where there is none. */
function chooseMessage(source: Source, { draft, saved, last }: Choices) {
  if (source === 'typed') return draft.isFaulty ? undefined : withTopic(draft.payload, draft.topic)
  if (source === 'saved') return saved && withTopic(saved.payload, saved.topic)
  return last && isWhole(last) ? withTopic(last.message['payload'], last.message['topic']) : undefined
}

const withTopic = (payload: unknown, topic: unknown) => ({
  payload,
  ...(typeof topic === 'string' && topic !== '' && { topic }),
})
