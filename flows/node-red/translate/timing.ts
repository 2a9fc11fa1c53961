import { isTrue, number, type Raw, text } from '../entries.ts'
import type { ImportNote } from '../import-notes.ts'
import { plainPath } from '../message-path.ts'
import {
  note,
  noWay,
  one,
  type Part,
  type Translation,
  type Translator,
  type Untranslated,
} from '../translation.ts'
import { valueCode } from './value-code.ts'

const unitMs: Readonly<Record<string, number>> = {
  milliseconds: 1,
  ms: 1,
  seconds: 1_000,
  second: 1_000,
  s: 1_000,
  minutes: 60_000,
  minute: 60_000,
  min: 60_000,
  hours: 3_600_000,
  hour: 3_600_000,
  hr: 3_600_000,
  days: 86_400_000,
  day: 86_400_000,
}

/** Milliseconds of an amount and its unit; `undefined` if our nodes do not wait that long. */
function milliseconds(
  raw: Raw,
  amountKey: string,
  unitKey: string,
  fallbackUnit: string,
  most: number,
): number | undefined {
  const ms = Math.round(
    number(raw, amountKey, Number.NaN) * (unitMs[text(raw, unitKey, fallbackUnit)] ?? Number.NaN),
  )
  return ms >= 0 && ms <= most ? ms : undefined
}

const DAY_MS = 86_400_000
const MONTH_MS = 31 * DAY_MS
const CONTROL = note(
  'CONTROL_MESSAGES',
  'Messages with "reset", "flush", "delay" or "rate" controlled it; here they are messages like others.',
)

export const delay: Translator = ({ raw }) => {
  const mode = text(raw, 'pauseType', 'delay')
  if (mode === 'delay' || mode === 'delayv') {
    const delayMs = milliseconds({ timeout: 5, ...raw }, 'timeout', 'timeoutUnits', 'seconds', MONTH_MS)
    if (delayMs === undefined) return noWay('It waits longer than the 31 days that a Delay node can.')
    return one('delay', { mode: 'fixed', delayMs }, { notes: mode === 'delayv' ? [CONTROL] : [] })
  }
  if (mode === 'random') {
    const times = ['randomFirst', 'randomLast'].map((key) =>
      milliseconds(raw, key, 'randomUnits', 'seconds', MONTH_MS),
    )
    const [a, b] = times
    if (a === undefined || b === undefined) return noWay('The times between which it waits cannot be read.')
    return one('delay', { mode: 'random', minMs: Math.min(a, b), maxMs: Math.max(a, b) })
  }
  return rateLimit(raw, mode)
}

function rateLimit(raw: Raw, mode: string): Translation | Untranslated {
  const perMs = milliseconds({ nbRateUnits: 1, ...raw }, 'nbRateUnits', 'rateUnits', 'second', MONTH_MS)
  const count = number(raw, 'rate', 1)
  if (!perMs || !Number.isInteger(count) || count < 1 || count > 1_000_000)
    return noWay('How many messages it lets through in a time cannot be read.')
  const isByTopic = mode === 'queue' || mode === 'timed'
  const hasSecondOutput = number(raw, 'outputs', 1) === 2
  const excess = isByTopic ? 'newest' : isTrue(raw, 'drop') ? 'drop' : 'queue'
  const notes: ImportNote[] = []
  if (isByTopic)
    notes.push(
      note(
        'DELAY_BY_TOPIC',
        'It took turns between topics; here each topic has a rate of its own, and its first message passes at once.',
      ),
    )
  if (isTrue(raw, 'allowrate')) notes.push(CONTROL)
  if (hasSecondOutput)
    notes.push(note('DELAY_DROPPED', 'A second output sent what came too fast; here that is dropped.'))
  return one('delay', { mode: 'rate', count, perMs, excess, ...(isByTopic && { perTopic: true }) }, { notes })
}

/** A trigger that makes one message of many is a debounce; one that answers with a second value needs two ways. */
export const trigger: Translator = ({ raw }) => {
  const quietMs = milliseconds({ duration: 250, ...raw }, 'duration', 'units', 'ms', DAY_MS)
  const perTopic = text(raw, 'bytopic', 'all') !== 'all'
  if (!quietMs) return noWay('It waits until it is reset, repeats, or waits longer than a day.')
  if (perTopic && text(raw, 'topic', 'topic') !== 'topic')
    return noWay('It keeps messages apart by another property than the topic.')
  const notes = text(raw, 'reset') !== '' || isTrue(raw, 'overrideDelay') ? [CONTROL] : []
  const [first, second] = [answer(raw, 'op1'), answer(raw, 'op2')]
  if (!first || !second) return noWay('What it sends comes from the context, or is computed.')
  return triggerOf({
    first,
    second,
    quietMs,
    perTopic,
    extends: isTrue(raw, 'extend'),
    notes,
    isSplit: number(raw, 'outputs', 1) === 2,
  })
}

/** What a trigger sends: nothing, the message itself, or a value as JavaScript. */
type Answer =
  | { readonly kind: 'nothing' | 'message' | 'latest' }
  | { readonly kind: 'value'; readonly code: string }

interface Trigger {
  readonly first: Answer
  readonly second: Answer
  readonly quietMs: number
  readonly perTopic: boolean
  readonly extends: boolean
  readonly notes: readonly ImportNote[]
  readonly isSplit: boolean
}

function answer(raw: Raw, key: 'op1' | 'op2'): Answer | undefined {
  const type = text(raw, `${key}type`, 'val')
  if (type === 'nul') return { kind: 'nothing' }
  if (type === 'pay') return { kind: 'message' }
  if (type === 'payl') return { kind: 'latest' }
  const value = text(raw, key, key === 'op1' ? '1' : '0')
  if (value.includes('{{')) return undefined
  const code =
    type === 'val' ? valueCode(value, /^(true|false)$/.test(value) ? 'bool' : 'str') : valueCode(value, type)
  return type === 'msg' || code === undefined ? undefined : { kind: 'value', code }
}

function triggerOf({
  first,
  second,
  quietMs,
  perTopic,
  extends: isExtended,
  notes,
  isSplit,
}: Trigger): Translation | Untranslated {
  const gate: Part = isExtended
    ? { type: 'debounce', config: { quietMs, edge: 'leading', perTopic } }
    : { type: 'delay', config: { mode: 'rate', count: 1, perMs: quietMs, excess: 'drop', perTopic } }
  const wait: Part = isExtended
    ? { type: 'debounce', config: { quietMs, edge: 'trailing', perTopic }, name: 'When it is quiet' }
    : { type: 'delay', config: { mode: 'fixed', delayMs: quietMs }, name: 'Afterwards' }
  if (first.kind === 'latest') return noWay('It sends at once what only comes later.')
  // without an extension the message that opened the gate waits behind it: its successors never get there
  if (!isExtended && second.kind === 'latest')
    return noWay('It sends at the end the newest of what came meanwhile.')
  if (isExtended && second.kind === 'message')
    return noWay('It sends at the end the message with which it began.')

  const parts: Part[] = []
  const inner: [number, string, number][] = []
  const add = (part: Part, from?: number): number => {
    parts.push(part)
    if (from !== undefined) inner.push([from, 'out', parts.length - 1])
    return parts.length - 1
  }
  const say = (said: Answer, from: number): number =>
    said.kind === 'value'
      ? add(
          {
            type: 'function',
            name: 'Send',
            config: { code: `return { ...message, payload: ${said.code} }` },
          },
          from,
        )
      : from

  const sendsFirst = first.kind !== 'nothing'
  const sendsSecond = second.kind !== 'nothing'
  if (!sendsFirst && !sendsSecond) return noWay('It sends nothing.')
  const gateIndex = sendsFirst || !isExtended ? add(gate) : undefined
  const waitIndex = sendsSecond ? add(wait, isExtended ? undefined : gateIndex) : undefined
  const entries = isExtended ? [gateIndex, waitIndex].filter((index) => index !== undefined) : [0]
  const early = sendsFirst && gateIndex !== undefined ? say(first, gateIndex) : undefined
  const late = waitIndex === undefined ? undefined : say(second, waitIndex)
  const ends = [early, late].map((part) => (part === undefined ? [] : [[part, 'out'] as const]))
  return { kind: 'translated', parts, inner, entries, outputs: isSplit ? ends : [ends.flat()], notes }
}

/** Report-by-exception: our filter on change. */
export const filter: Translator = ({ raw }) => {
  const mode = text(raw, 'func', 'rbe')
  const property = plainPath(text(raw, 'property', 'payload'))
  const topic = text(raw, 'topi', 'topic')
  const isByTopic = text(raw, 'septopics', 'true') === 'true'
  if (!property || (isByTopic && topic !== 'topic'))
    return noWay('It looks at a property that cannot be named here.')
  const common = { perTopic: isByTopic }
  if (mode === 'rbe') return one('filter', { conditions: [{ property, operator: 'changed' }], ...common })
  const band = text(raw, 'gap').trim()
  const isBand = (mode === 'deadband' || mode === 'deadbandEq') && /^\d+(\.\d+)?%?$/.test(band)
  if (!isBand || text(raw, 'start') !== '' || text(raw, 'inout', 'out') !== 'out')
    return noWay(
      'It compares in a way that a Filter node does not: with the message before, a start value, or the other way round.',
    )
  const value = band.endsWith('%') ? band : Number(band)
  return one(
    'filter',
    { conditions: [{ property, operator: 'changed by', value }], ...common },
    {
      notes:
        mode === 'deadbandEq'
          ? [note('FILTER_BAND', `A change of exactly ${band} passed; here it has to be more.`, { band })]
          : [],
    },
  )
}
