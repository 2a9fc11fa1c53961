import { cronOf } from '#kit/runtime/schedule.ts'
import type { Sentence } from '#kit/sentence.ts'

const fieldNames: readonly Sentence[] = [
  { code: 'CRON_MINUTE', message: 'minute' },
  { code: 'CRON_HOUR', message: 'hour' },
  { code: 'CRON_DAY', message: 'day of the month' },
  { code: 'CRON_MONTH', message: 'month' },
  { code: 'CRON_WEEKDAY', message: 'weekday' },
]
const withSeconds: readonly Sentence[] = [{ code: 'CRON_SECOND', message: 'second' }, ...fieldNames]

/** What is wrong with a cron expression that cannot be read: the first field that cannot be read by itself. */
export function findCronProblem(pattern: string): Sentence {
  const parts = pattern.trim().split(/\s+/)
  const names = parts.length > fieldNames.length ? withSeconds : fieldNames
  const index = parts.findIndex(
    (part, place) => !isReadable(parts.map((_, at) => (at === place ? part : '*'))),
  )
  const [part, field] = [parts[index], names[index]]
  if (part === undefined || field === undefined)
    return { code: 'CRON_FIELDS', message: 'its fields do not go together' }
  return { code: 'CRON_FIELD', message: `"${part}" is no ${field.message}`, values: { part, field } }
}

function isReadable(parts: readonly string[]): boolean {
  try {
    cronOf(parts.join(' '), '')
    return true
  } catch {
    return false // it is read for nothing but that
  }
}
