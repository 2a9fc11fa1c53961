import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, readNumber } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const DAY_MS = 24 * 60 * 60_000
/** The last moment that a Date can hold. */
const LAST_MS = 8.64e15

/** The history of the sensors. `from` and `to` are milliseconds since 1970 or ISO dates; without them, the last day. */
export const seriesRoutes = ({ series, clock }: Pick<WebServices, 'series' | 'clock'>) =>
  ({
    'GET /api/series': () => json(series.list()),

    'GET /api/series/*key/points': (call) => {
      const key = keyOf(call)
      const { from, to } = readSpan(call, clock.now())
      return json(
        series.points(key, from, to, readNumber(call, 'limit', { or: 1_000, min: 1, max: 100_000 })),
      )
    },

    'GET /api/series/*key/buckets': (call) => {
      const key = keyOf(call)
      const { from, to } = readSpan(call, clock.now())
      return json(series.buckets(key, from, to, readNumber(call, 'count', { or: 300, min: 1, max: 5_000 })))
    },
  }) satisfies Partial<Handlers>

const keyOf = (call: Call): string => call.params['key'] ?? ''

/** From `from` until before `to`; 400 if a time cannot be read or the span is empty. */
function readSpan(call: Call, now: number): { readonly from: number; readonly to: number } {
  const to = readTime(call, 'to') ?? now + 1
  const from = readTime(call, 'from') ?? to - DAY_MS
  if (from < to) return { from, to }
  throw new UserError(400, 'QUERY_VALUE', '"from" must be earlier than "to".')
}

function readTime({ query }: Call, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const ms = /^-?\d{1,16}$/.test(text) ? Number(text) : /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  if (Math.abs(ms) <= LAST_MS) return ms
  throw new UserError(
    400,
    'QUERY_VALUE',
    `"${name}" takes milliseconds since 1970 or a date like 2026-01-31T18:00:00Z.`,
  )
}
