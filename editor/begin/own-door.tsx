import { useEffect, useState } from 'react'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { showTopics } from '../topics/live-topics.ts'
import type { TopicNode } from '../topics/topic-forest.ts'
import { useTopics } from '../topics/use-topics.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import styles from './begin.module.css'
import { passStep } from './begun.ts'
import { door, SIMULATED_TOPIC, takeOwnDoor } from './door-changes.ts'
import { doorReadings } from './door-readings.ts'
import { beginTexts } from './texts.ts'

/** Topics offered; who has more has them searched for in the form of the node. */
const MOST_OFFERED = 200

/** A topic that was seen takes the place of the simulated door. */
export function OwnDoor({ onDone }: { readonly onDone: () => void }) {
  const t = useText(beginTexts)
  const { document } = useFlow()
  const isReadOnly = document.isReadOnly
  const hasDoor = useDocument(({ byId }) => byId.has(door.door) && byId.has(door.opened))
  const forest = useTopics()
  const [topic, setTopic] = useState<string>()
  const [reading, setReading] = useState('0')
  const offered = forest
    .rows(() => true, '')
    .map(({ node }) => node)
    .filter(isDoor)
    .slice(0, MOST_OFFERED)
  const chosen = topic === undefined ? undefined : forest.find(topic)
  useEffect(() => showTopics(chosen?.id === undefined ? [] : [chosen.id]), [chosen?.id])
  const payload = chosen?.value?.payload
  const readings = payload && 'text' in payload ? doorReadings(payload.text) : []
  const read = readings[Number(reading)]

  const take = () => {
    if (topic === undefined || !read) return
    document.change(takeOwnDoor(topic, read), { code: 'configure', count: 3 })
    onDone()
  }
  const keep = () => {
    passStep(document.flow.id, 'own')
    onDone()
  }
  return (
    <>
      <p>{t('ownAbout')}</p>
      {forest.isFilled && offered.length === 0 && <p>{t('ownNone')}</p>}
      {offered.length > 0 && (
        <Field label={t('ownTopic')}>
          {(control) => (
            <Select
              {...control}
              value={topic}
              placeholder={t('ownTopicChoose')}
              onChange={(path) => {
                setTopic(path)
                setReading('0')
              }}
              options={offered.map(({ path }) => ({ value: path, label: path }))}
            />
          )}
        </Field>
      )}
      {chosen && readings.length === 0 && <p role="status">{t('ownSilent')}</p>}
      {readings.length > 0 && (
        <Field label={t('ownOpen')}>
          {(control) => (
            <Select
              {...control}
              value={reading}
              onChange={setReading}
              options={readings.map(({ property, value }, index) => ({
                value: String(index),
                label: String(value),
                ...(property !== 'payload' && { about: property }),
              }))}
            />
          )}
        </Field>
      )}
      <div className={styles.buttons}>
        <Button variant="primary" disabled={!read || !hasDoor || isReadOnly} onClick={take}>
          {t('ownUse')}
        </Button>
        <Button onClick={keep}>{t('ownKeep')}</Button>
      </div>
    </>
  )
}

/** What may be a door: no words of the broker itself, and not what the simulated door says. */
const isDoor = ({ id, path }: TopicNode): boolean =>
  id !== undefined && !path.startsWith('$') && !path.startsWith(SIMULATED_TOPIC)
