import { availableParallelism, cpus, loadavg } from 'node:os'
import type { Results } from './results.ts'
import { ratioOf, spreadOf } from './statistics.ts'
import { verdictOf } from './targets.ts'

/** Everything that was measured, for a file: all values, so that others may reckon in other ways. */
export function toJson(results: Results, peers: readonly { name: string; description: string }[]): string {
  const [ours, theirs] = peers
  const measures = results.measures.map((measure) => {
    const { group, name, values } = measure
    return {
      group,
      name,
      peers: Object.fromEntries(
        [...values].map(([peer, rounds]) => [peer, { ...spreadOf(rounds), values: rounds }]),
      ),
      ...(ours && theirs && { ratio: ratioOf(values.get(ours.name) ?? [], values.get(theirs.name) ?? []) }),
      ...(ours && { verdict: verdictOf(measure, ours.name, theirs?.name) }),
    }
  })
  const machine = {
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    loadAverage: loadavg()[0],
  }
  const { failures, notes } = results
  return `${JSON.stringify({ at: new Date().toISOString(), machine, peers, measures, failures, notes }, undefined, 2)}\n`
}
