import { parseArgs } from 'node:util'

export const scenarioIds = [
  'throughput',
  'inbox',
  'puback',
  'broker',
  'connections',
  'latency',
  'many-flows',
  'hop',
  'ready',
  'observation',
  'editor',
] as const
export type ScenarioId = (typeof scenarioIds)[number]

export interface BenchOptions {
  /** Measures Node-RED with Mosquitto as well. */
  readonly peers: boolean
  /** Where the results go as JSON. */
  readonly json: string | undefined
  readonly rounds: number
  /** How long each case is measured in each round. */
  readonly seconds: number
  /** What is measured. */
  readonly only: ReadonlySet<ScenarioId>
}

/** One short round: whether it runs at all, and the orders of magnitude. */
const QUICK = { rounds: 1, seconds: 0.5 }

/** Throws an error with a sentence for an option it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  })
  const { peers, json, quick } = values
  const rounds = Number(values.rounds ?? (quick ? QUICK.rounds : 3))
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 on, not "${values.rounds}".`)
  const seconds = Number(values.seconds ?? (quick ? QUICK.seconds : 2))
  if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds takes 60 at most, not "${values.seconds}".`)
  const only = values.only.flatMap((names) => names.split(',')).map(scenarioId)
  return { peers, json, rounds, seconds, only: new Set(only.length > 0 ? only : scenarioIds) }
}

function scenarioId(name: string): ScenarioId {
  const id = scenarioIds.find((known) => known === name)
  if (id === undefined) throw new Error(`--only takes some of ${scenarioIds.join(', ')}, not "${name}".`)
  return id
}
