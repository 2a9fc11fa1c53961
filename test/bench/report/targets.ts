import { editorGroup, editorTargets, flowSizes } from '../editor/editor-targets.ts'
import { HOP } from '../hop/hop-cases.ts'
import { WATCHED, watchedGroup } from '../measure-observation.ts'
import { INBOX, MANY_FLOWS, ONE_FLOW } from '../scenarios.ts'
import type { Measure } from './results.ts'
import { median, ratioOf } from './statistics.ts'

/** What this project promises of a measure. For information: other machines have other numbers. */
interface Target {
  /** `ratio`: ours to theirs; `value`: ours. */
  readonly of: 'ratio' | 'value'
  readonly bound: 'at least' | 'at most'
  readonly limit: number
}

const throughput = (limit: number): Target => ({ of: 'ratio', bound: 'at least', limit })
const ratioUpTo = (limit: number): Target => ({ of: 'ratio', bound: 'at most', limit })
const from = (limit: number): Target => ({ of: 'value', bound: 'at least', limit })
const upTo = (limit: number): Target => ({ of: 'value', bound: 'at most', limit })

const rates = (group: string, limit: number): (readonly [string, Target])[] =>
  ['messages/s', 'messages/s, own window'].map((name) => [`${group}: ${name}`, throughput(limit)])

const ofEditor = flowSizes.flatMap((nodes) =>
  editorTargets.flatMap(({ name, bound, limits }): (readonly [string, Target])[] => {
    const limit = limits[nodes]
    return limit === undefined ? [] : [[`${editorGroup(nodes)}: ${name}`, { of: 'value', bound, limit }]]
  }),
)

const targets = new Map<string, Target>([
  ...ofEditor,
  ...rates('QoS 0, 10 connections', 12),
  ...rates('QoS 1, 10 connections', 15),
  ...rates(INBOX, 2),
  ...rates('QoS 0, 500 connections, four messages each', 4),
  ...rates('QoS 1, 500 connections, four messages each', 4),
  ...rates('QoS 0, 1,000 flows, one message to one flow each', 200),
  ...([0, 1] as const).map((qos) => [`${watchedGroup(qos)}: ${WATCHED}`, from(0.95)] as const),
  ['QoS 0, 10,000 messages a second: p50, ms', ratioUpTo(1 / 2)],
  ['QoS 0, 10,000 messages a second: p99, ms', ratioUpTo(1 / 6)],
  ['QoS 1, 10,000 messages a second: p50, ms', ratioUpTo(1 / 2)],
  ['QoS 1, 10,000 messages a second: p99, ms', ratioUpTo(1 / 2)],
  [`${ONE_FLOW}: memory idle, MB`, upTo(100)],
  [`${MANY_FLOWS}: memory idle, MB`, upTo(150)],
  [`${MANY_FLOWS}: memory after load, MB`, upTo(150)],
  [`${MANY_FLOWS}: start later than with one flow, ms`, upTo(1_000)],
  ['npm start, built, empty house: ready after, ms', upTo(1_500)],
  ['npm start, built, empty house: memory idle, MB', upTo(100)],
])

const hopTarget = ratioUpTo(1 / 50)

/** `undefined` where nothing is promised. */
const targetOf = ({ group, name }: Measure): Target | undefined =>
  group === HOP ? hopTarget : targets.get(`${group}: ${name}`)

/** What is promised, and whether it is so: `≥ 12 × yes`. Empty where nothing is promised or nothing was measured. */
export function verdictOf(measure: Measure, ours: string, theirs: string | undefined): string {
  const target = targetOf(measure)
  if (target === undefined) return ''
  const values = measure.values.get(ours) ?? []
  const other = theirs === undefined ? [] : (measure.values.get(theirs) ?? [])
  const value = target.of === 'ratio' ? ratioOf(values, other) : median(values)
  if (Number.isNaN(value) || value < 0) return '' // less than nothing is the noise of a difference
  const isMet = target.bound === 'at least' ? value >= target.limit : value <= target.limit
  return `${describe(target)}  ${isMet ? 'yes' : 'NO'}`
}

function describe({ of, bound, limit }: Target): string {
  const number = limit <= 0.5 ? `1/${Math.round(1 / limit)}` : limit.toLocaleString('en')
  return `${bound === 'at least' ? '≥' : '≤'} ${number}${of === 'ratio' ? ' ×' : ''}`
}
