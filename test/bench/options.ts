import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Measures Node-RED with Mosquitto as well. */
  readonly peers: boolean
  /** Where the results go as JSON. */
  readonly json: string | undefined
  readonly rounds: number
  /** How long each case is measured in each round. */
  readonly seconds: number
}

/** Throws an error with a sentence for an option it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false },
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 on, not "${values.rounds}".`)
  const seconds = Number(values.seconds)
  if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds takes 60 at most, not "${values.seconds}".`)
  return { peers: values.peers, json: values.json, rounds, seconds }
}
