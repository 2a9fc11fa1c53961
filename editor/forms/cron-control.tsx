import { useEffect, useState } from 'react'
import { type Language, useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { TextField } from '../ui/text-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { formTexts } from './texts.ts'

const RUNS_SHOWN = 5

/** What five fields mean: in words, and the next times when they come true. */
interface Meaning {
  readonly words: string
  readonly runs: readonly Date[]
}

async function readCron(pattern: string, language: Language): Promise<Meaning | 'wrong'> {
  const [{ Cron }, { default: cronstrue }] = await Promise.all([
    import('croner'),
    import('cronstrue'),
    language === 'de' && import('cronstrue/locales/de'),
  ])
  try {
    const runs = new Cron(pattern, { paused: true, mode: '5-part' }).nextRuns(RUNS_SHOWN)
    return { runs, words: cronstrue.toString(pattern, { locale: language, use24HourTimeFormat: true }) }
  } catch {
    return 'wrong' // the sentence under the field says what five fields are
  }
}

/** Five cron fields, what they mean, and when they will come true, in this browser's time zone. */
export function CronControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const language = useLanguage()
  const pattern = typeof value === 'string' ? value : ''
  const [meaning, setMeaning] = useState<Meaning | 'wrong'>()

  useEffect(() => {
    let isCurrent = true
    if (pattern.trim() === '') setMeaning(undefined)
    else void readCron(pattern, language).then((found) => isCurrent && setMeaning(found))
    return () => {
      isCurrent = false
    }
  }, [pattern, language])

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
      {meaning === 'wrong' && <p className={styles.note}>{t('notCron')}</p>}
      {meaning !== undefined && meaning !== 'wrong' && (
        <>
          <p className={styles.note}>{meaning.words}</p>
          <p className={styles.note}>
            {meaning.runs.length === 0
              ? t('never')
              : t('nextRuns', { times: meaning.runs.map(write).join(' · ') })}
          </p>
        </>
      )}
    </div>
  )
}
