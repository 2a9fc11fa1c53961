import { useEffect, useState } from 'react'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { TextField } from '../ui/text-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { formTexts } from './texts.ts'

const RUNS_SHOWN = 3

type Runs = 'wrong' | readonly Date[]

async function nextRuns(pattern: string): Promise<Runs> {
  const { Cron } = await import('croner')
  try {
    return new Cron(pattern, { paused: true, mode: '5-part' }).nextRuns(RUNS_SHOWN)
  } catch {
    return 'wrong' // the sentence under the field says what five fields are
  }
}

/** Five cron fields, and when they will come true, in this browser's time zone. */
export function CronControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const language = useLanguage()
  const pattern = typeof value === 'string' ? value : ''
  const [runs, setRuns] = useState<Runs>()

  useEffect(() => {
    let isCurrent = true
    if (pattern.trim() === '') setRuns(undefined)
    else void nextRuns(pattern).then((found) => isCurrent && setRuns(found))
    return () => {
      isCurrent = false
    }
  }, [pattern])

  const write = (date: Date) =>
    date.toLocaleString(language, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })

  return (
    <div className={styles.stack}>
      <TextField
        {...control}
        mono
        value={pattern}
        onChange={onChange}
        onBlur={onLeave}
        placeholder={words.placeholder ?? '0 7 * * 1-5'}
      />
      {runs !== undefined && (
        <p className={styles.note}>
          {runs === 'wrong' && t('notCron')}
          {runs !== 'wrong' && runs.length === 0 && t('never')}
          {runs !== 'wrong' && runs.length > 0 && t('nextRuns', { times: runs.map(write).join(' · ') })}
        </p>
      )}
    </div>
  )
}
