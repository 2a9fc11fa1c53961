import type { Sentence } from './sentence.ts'

/** One step of formatting; `undefined` stands for a value that is missing, and stays so in every pipe but `default`. */
export type Pipe = (value: unknown, options: PipeOptions) => unknown

export interface PipeOptions {
  readonly language?: string
  readonly timeZone?: string
}

/** Builds a pipe from its arguments, or answers what is wrong with them. */
type PipeBuilder = (args: readonly (string | number)[]) => Pipe | Sentence

/** A value that cannot be written as text at all: one that contains itself, or is nested thousands of levels deep. */
export class TemplateValueError extends Error {}

const pipes: Readonly<Record<string, PipeBuilder>> = {
  fixed: ([digits = 0, language, ...rest]) => {
    if (!isDigits(digits) || rest.length > 0) return wrongDigits('fixed')
    if (language !== undefined && !isLanguage(language)) return unknownLanguage(language)
    return onNumber((number, options) => fixed(number, digits, language ?? options.language))
  },
  round: ([digits = 0, ...rest]) => {
    if (!isDigits(digits) || rest.length > 0) return wrongDigits('round')
    return onNumber((number) => Number(number.toFixed(digits)))
  },
  upper: withoutArguments('upper', (text) => text.toUpperCase()),
  lower: withoutArguments('lower', (text) => text.toLowerCase()),
  trim: withoutArguments('trim', (text) => text.trim()),
  default: ([fallback, ...rest]) => {
    if (fallback === undefined || rest.length > 0) return wrongDefault
    return (value) => (value === undefined || value === null || value === '' ? fallback : value)
  },
  json: ([indent = 0, ...rest]) => {
    if (!isDigits(indent) || indent > 8 || rest.length > 0) return wrongIndent
    return (value) => (value === undefined ? undefined : jsonOf(value, indent))
  },
  time: timePipe('time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  date: timePipe('date', { year: 'numeric', month: '2-digit', day: '2-digit' }),
}

export const pipeNames: readonly string[] = Object.keys(pipes)

export const findPipe = (name: string): PipeBuilder | undefined =>
  Object.hasOwn(pipes, name) ? pipes[name] : undefined

/** How a value looks in a text: missing as nothing, bytes as the text they hold, a date in ISO 8601, objects as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return typeof value === 'object' ? jsonOf(value, 0) : String(value)
}

function jsonOf(value: unknown, indent: number): string {
  const plain = value instanceof Uint8Array ? textOf(value) : value
  try {
    return JSON.stringify(plain, (_, part) => (typeof part === 'bigint' ? String(part) : part), indent) ?? ''
  } catch (cause) {
    throw new TemplateValueError(
      'The value cannot be written as JSON, for it contains itself or is nested too deeply.',
      { cause },
    )
  }
}

function withoutArguments(name: string, change: (text: string) => string): PipeBuilder {
  return (args) => {
    if (args.length > 0)
      return { code: 'PIPE_NO_ARGUMENT', message: `${name} takes no argument.`, values: { pipe: name } }
    return (value) => (value === undefined || value === null ? undefined : change(textOf(value)))
  }
}

/** A number, or a text that is one; anything else passes through. */
function onNumber(change: (number: number, options: PipeOptions) => unknown): Pipe {
  return (value, options) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? change(number, options) : value
  }
}

function fixed(number: number, digits: number, language: string | undefined): string {
  if (language === undefined) return number.toFixed(digits)
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(number)
}

/** Without a language the Swedish forms are taken, which are those of ISO 8601: 18:02 and 2026-11-21. */
const NEUTRAL_LANGUAGE = 'sv-SE'

function timePipe(name: string, style: Intl.DateTimeFormatOptions): PipeBuilder {
  const formats = new Map<string, Intl.DateTimeFormat>()
  const formatOf = (language = NEUTRAL_LANGUAGE, timeZone?: string): Intl.DateTimeFormat => {
    const key = `${language} ${timeZone}`
    const known = formats.get(key)
    if (known) return known
    const format = new Intl.DateTimeFormat(language, { ...style, ...(timeZone && { timeZone }) })
    if (formats.size >= 50) formats.clear()
    formats.set(key, format)
    return format
  }
  return (args) => {
    const zone = args.find((arg) => String(arg).includes('/') || arg === 'UTC')
    const [language, ...rest] = args.filter((arg) => arg !== zone)
    if (rest.length > 0)
      return {
        code: 'PIPE_TIME',
        message: `${name} takes a language and a time zone: | ${name} de Europe/Berlin.`,
        values: { pipe: name },
      }
    if (language !== undefined && !isLanguage(language)) return unknownLanguage(language)
    if (zone !== undefined && !isTimeZone(zone))
      return {
        code: 'PIPE_ZONE',
        message: `"${zone}" is no time zone. Write one like Europe/Berlin.`,
        values: { zone },
      }
    return (value, options) => {
      const at = timeOf(value)
      return at === undefined
        ? value
        : formatOf(language ?? options.language, zone ?? options.timeZone).format(at)
    }
  }
}

/** Milliseconds since 1970, as a number or a text of digits, or an ISO 8601 time. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof Date)) return undefined
  const text = typeof value === 'string' ? value.trim() : ''
  const at = typeof value === 'string' ? (/^\d+$/.test(text) ? Number(text) : isoTime(text)) : Number(value)
  return Math.abs(at) <= 8.64e15 ? at : undefined
}

const isoTime = (text: string): number => (/^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN)

const isDigits = (arg: string | number): arg is number =>
  typeof arg === 'number' && Number.isInteger(arg) && arg >= 0 && arg <= 20

const unknownLanguage = (arg: string | number): Sentence => ({
  code: 'PIPE_LANGUAGE',
  message: `"${arg}" is no language. Write one like de or en-GB.`,
  values: { language: arg },
})

const wrongDigits = (pipe: string): Sentence => ({
  code: 'PIPE_DIGITS',
  message: `${pipe} takes the number of digits behind the point, 0 to 20.`,
  values: { pipe },
})
const wrongDefault: Sentence = {
  code: 'PIPE_DEFAULT',
  message: 'default takes one value: | default "–".',
}
const wrongIndent: Sentence = {
  code: 'PIPE_INDENT',
  message: 'json takes the number of spaces to indent by, 0 to 8.',
}

function isLanguage(arg: string | number): arg is string {
  try {
    return typeof arg === 'string' && Intl.getCanonicalLocales(arg).length === 1
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isTimeZone(arg: string | number): arg is string {
  try {
    return new Intl.DateTimeFormat(NEUTRAL_LANGUAGE, { timeZone: String(arg) }) !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
