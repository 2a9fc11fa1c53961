import { parseArgs } from 'node:util'

export const torments = [
  'loops',
  'leaks',
  'deploys',
  'kills',
  'power',
  'alarms',
  'broker',
  'editor',
  'looks',
] as const
export type Torment = (typeof torments)[number]

export interface TortureOptions {
  readonly only: ReadonlySet<Torment>
  /** How long messages pass while one loop runs. */
  readonly loopSeconds: number
  readonly leaks: number
  readonly deploys: number
  readonly kills: number
  readonly cuts: number
  /** Times that the broker alone is killed, while clients of both versions talk to it. */
  readonly brokerKills: number
  /** Streams of bent packets. */
  readonly streams: number
  /** Clients that come and go while the memory is watched. */
  readonly visits: number
  /** Seconds that two browsers edit one flow, and times that the server is killed while people edit. */
  readonly editingSeconds: number
  readonly editingKills: number
  /** Rounds of four seconds in which a large flow is looked at and worked on. */
  readonly panningRounds: number
}

const full = {
  ...{ loopSeconds: 10, leaks: 100, deploys: 100, kills: 200, cuts: 200 },
  ...{ brokerKills: 100, streams: 200_000, visits: 30_000, editingSeconds: 120, editingKills: 100 },
  panningRounds: 150,
}
const quick = {
  ...{ loopSeconds: 4, leaks: 12, deploys: 20, kills: 3, cuts: 10 },
  ...{ brokerKills: 4, streams: 2_000, visits: 1_000, editingSeconds: 20, editingKills: 4 },
  panningRounds: 6,
}

/** Throws an error with a sentence for an option it does not know. */
export function parseOptions(args: readonly string[]): TortureOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  })
  const only = values.only.flatMap((names) => names.split(',')).map(torment)
  return { ...(values.quick ? quick : full), only: new Set(only.length > 0 ? only : torments) }
}

function torment(name: string): Torment {
  const known = torments.find((one) => one === name)
  if (known === undefined) throw new Error(`--only takes some of ${torments.join(', ')}, not "${name}".`)
  return known
}
