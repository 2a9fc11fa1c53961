import { isTrue, number, type Raw, records, text } from '../entries.ts'
import { parseJson } from '../environment.ts'
import { readPath } from '../message-path.ts'
import { chain, functionConfig, note, noWay, type Part, shorten, type Translator } from '../translation.ts'
import { assignCode, valueCode, withHelpers } from './value-code.ts'

const YEAR_MS = 365 * 86_400_000

/** The button, the start and the times stay; properties beside payload and topic are set by a function behind it. */
export const inject: Translator = ({ raw }) => {
  const props = propsOf(raw)
  const payload = payloadConfig(props.find(({ p }) => p === 'payload'))
  if (!payload) return noWay('Its payload is computed, or bytes, which an Inject node here cannot do.')
  const rest = props.filter(({ p, vt }) => p !== 'payload' && !(p === 'topic' && vt === 'str'))
  const lines = rest.map(lineFor)
  if (!lines.every((line) => line !== undefined))
    return noWay('It sets a property to something that is computed or that comes from outside the message.')
  const cron = text(raw, 'crontab').trim()
  const everyMs = Math.round(number(raw, 'repeat', 0) * 1_000)
  if (cron !== '' && ![5, 6].includes(cron.split(/\s+/).length))
    return noWay({
      code: 'NODE_RED_CRON',
      message: `"${cron}" is no cron expression.`,
      values: { cron: shorten(cron) },
    })
  const button: Part = {
    type: 'inject',
    config: {
      ...payload,
      ...topicConfig(props.find(({ p, vt }) => p === 'topic' && vt === 'str')),
      ...(isTrue(raw, 'once') && {
        onStart: true,
        onStartAfterMs: within(Math.round(number(raw, 'onceDelay', 0.1) * 1_000), 86_400_000),
      }),
      ...(everyMs > 0 && { everyMs: Math.max(10, within(everyMs, YEAR_MS)) }),
      ...(cron !== '' && { cron: cron.slice(0, 200) }),
    },
  }
  const notes =
    everyMs > YEAR_MS ? [note('INTERVAL', 'It repeated less than once a year; here it is once a year.')] : []
  if (lines.length === 0) return chain([button], { hasInput: false, notes })
  const setter = {
    type: 'function',
    name: 'More properties',
    config: functionConfig(withHelpers([...lines, 'return message'].join('\n'))),
  }
  return chain([button, setter], { hasInput: false, notes })
}

interface Prop {
  readonly p: string
  readonly v: string
  readonly vt: string
}

/** Files before Node-RED 1.0 have no list: payload and topic stand beside it, as they may even with one. */
function propsOf(raw: Raw): readonly Prop[] {
  const listed = Array.isArray(raw['props'])
    ? records(raw, 'props')
    : [{ p: 'payload' }, { p: 'topic', vt: 'str' }]
  return listed.map((prop) => {
    const p = text(prop, 'p')
    if ('v' in prop) return { p, v: text(prop, 'v'), vt: text(prop, 'vt', 'str') }
    if (p === 'payload') return { p, v: text(raw, 'payload'), vt: text(raw, 'payloadType', 'date') }
    return { p, v: p === 'topic' ? text(raw, 'topic') : '', vt: text(prop, 'vt', 'str') }
  })
}

/** `undefined` for what an inject node cannot send. */
function payloadConfig(prop: Prop | undefined): Record<string, unknown> | undefined {
  if (!prop) return { payloadType: 'value', payload: null }
  const { v, vt } = prop
  if (vt === 'date' && (v === '' || v === 'num')) return { payloadType: 'time' }
  if (vt === 'str' || vt === 'string') return { payloadType: 'text', payload: v }
  if (vt === 'none') return { payloadType: 'text', payload: '' }
  if (vt === 'num')
    return Number.isFinite(Number(v)) ? { payloadType: 'number', payload: Number(v) } : undefined
  if (vt === 'bool') return { payloadType: 'value', payload: v === 'true' }
  const value = vt === 'json' ? parseJson(v) : undefined
  return value === undefined ? undefined : { payloadType: 'value', payload: value }
}

const topicConfig = (prop: Prop | undefined): Record<string, unknown> =>
  prop && prop.v !== '' ? { topic: prop.v.slice(0, 1_000) } : {}

function lineFor({ p, v, vt }: Prop): string | undefined {
  const [path, value] = [readPath(p), valueCode(v, vt)]
  return path && value && assignCode(path, value)
}

const within = (ms: number, most: number): number => Math.min(Math.max(0, ms), most)
