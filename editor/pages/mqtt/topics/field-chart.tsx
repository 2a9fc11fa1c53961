import { useState } from 'react'
import { formatValue } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Select } from '../../../ui/select.tsx'
import { Chart } from '../../history/chart.tsx'
import type { LoggedMessage } from './message-log.ts'
import { type NumberField, numbersIn, readPayload } from './payload.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'

/** The course of a number in the payloads; nothing where there are none. */
export function FieldChart({ messages }: { readonly messages: readonly LoggedMessage[] }) {
  const t = useText(topicsTexts)
  const language = useLanguage()
  const [wanted, setWanted] = useState<string>()
  const newest = messages.at(-1)
  const fields = newest ? numbersOf(newest) : []
  const field = fields.find(({ path }) => path === wanted) ?? fields[0]
  if (!field) return null
  const points = messages.flatMap((message) => {
    const found = numbersOf(message).find(({ path }) => path === field.path)
    return message.at === undefined || !found ? [] : { at: message.at, value: found.value }
  })
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return null
  const values = points.map(({ value }) => value)
  const name = (path: string) => (path === '' ? t('wholePayload') : path)
  const write = (value: number) => formatValue(value, '', language)
  return (
    <section className={styles.fieldChart} aria-label={t('chart')}>
      <div className={styles.field}>
        <Select
          aria-label={t('field')}
          value={field.path}
          onChange={setWanted}
          options={fields.map(({ path }) => ({ value: path, label: name(path) }))}
        />
      </div>
      <Chart
        buckets={points.map(({ at, value }) => ({ at, min: value, max: value, mean: value, count: 1 }))}
        from={first.at}
        to={last.at}
        unit=""
        height={180}
        label={t('chartOf', {
          field: name(field.path),
          min: write(Math.min(...values)),
          max: write(Math.max(...values)),
          last: write(last.value),
        })}
      />
    </section>
  )
}

const found = new WeakMap<LoggedMessage, readonly NumberField[]>()

/** Read once for each message: the chart is drawn with every message that comes. */
function numbersOf(message: LoggedMessage): readonly NumberField[] {
  const known = found.get(message) ?? numbersIn(readPayload(message.payload))
  found.set(message, known)
  return known
}
