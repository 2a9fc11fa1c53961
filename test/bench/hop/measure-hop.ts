import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeRed } from '../peers/node-red.ts'
import type { Wirehouse } from '../peers/wirehouse.ts'
import type { Results } from '../report/results.ts'
import { measureEngineHops } from './engine-hops.ts'
import { HOP, type HopMeasure } from './hop-cases.ts'
import { measureNodeRedHop } from './measure-node-red-hop.ts'

/** One round of all hop cases, in a folder of its own. */
export async function measureHop(
  folder: string,
  ours: Wirehouse,
  nodeRed: NodeRed | undefined,
  results: Results,
): Promise<void> {
  record(results, ours.name, await measureEngineHops())
  if (nodeRed === undefined) return
  const own = join(folder, nodeRed.name)
  await mkdir(own, { recursive: true })
  record(results, nodeRed.name, await measureNodeRedHop(nodeRed, own))
}

function record(results: Results, peer: string, measures: readonly HopMeasure[]): void {
  const add = results.recorder(peer, HOP)
  for (const measure of measures) add(measure.case, measure.microseconds)
}
