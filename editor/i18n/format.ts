import type { Language } from './language.ts'

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]
const DAYS_SHOWN = 7

/** "3 minutes ago", "yesterday"; after a week the date itself. */
export function formatAgo(at: number, now: number, language: Language): string {
  const passed = now - at
  if (passed > DAYS_SHOWN * 86_400_000) return formatDate(at, language)
  const [unit, size] = units.find(([, length]) => passed >= length) ?? ['second', 1_000]
  const count = unit === 'second' ? 0 : Math.floor(passed / size)
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-count, unit)
}

export const formatDate = (at: number, language: Language): string =>
  new Date(at).toLocaleDateString(language, { day: 'numeric', month: 'short', year: 'numeric' })

export const formatDateTime = (at: number, language: Language): string =>
  new Date(at).toLocaleString(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })

/** "18:02" today, else with the day. */
export function formatMoment(at: number, now: number, language: Language): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  const time = { hour: '2-digit', minute: '2-digit' } as const
  return isToday
    ? new Date(at).toLocaleTimeString(language, time)
    : new Date(at).toLocaleString(language, { day: 'numeric', month: 'short', ...time })
}

const timeFormats = new Map<Language, Intl.DateTimeFormat>()

/** "18:02:07.041"; making a format for each line of a log would cost more than all the rest. */
export function formatExactTime(at: number, language: Language): string {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const
  const format =
    timeFormats.get(language) ?? new Intl.DateTimeFormat(language, { ...parts, hourCycle: 'h23' })
  timeFormats.set(language, format)
  return format.format(at)
}

/** Until then: `0:07`, `12:30`, `1:05:00`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  const pad = (value: number) => String(value).padStart(2, '0')
  const rest = `${hours > 0 ? pad(minutes) : minutes}:${pad(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** A measured value with its unit; four significant digits are enough to read. */
export function formatValue(value: number, unit: string, language: Language): string {
  const number = value.toLocaleString(language, { maximumSignificantDigits: 4 })
  return unit === '' ? number : `${number}\u202f${unit}`
}

/** "3.4", "38": so often in a second. */
export const formatRate = (rate: number, language: Language): string =>
  rate.toLocaleString(language, { maximumFractionDigits: rate < 10 ? 1 : 0 })

/** "512 B", "16.4 MB": powers of 1,024, as memory is counted. */
export function formatBytes(bytes: number, language: Language): string {
  const names = ['B', 'KB', 'MB', 'GB'] as const
  const power = Math.min(names.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** power
  return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })}\u202f${names[power]}`
}
