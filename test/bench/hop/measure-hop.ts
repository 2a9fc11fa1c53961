import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeRed } from '../peers/node-red.ts'
import type { Wirehouse } from '../peers/wirehouse.ts'
import type { Results } from '../report/results.ts'
import { measureEngineHops } from './engine-hops.ts'
import { HOP, type HopMeasure } from './hop-cases.ts'
import { measureNodeRedHop } from './measure-node-red-hop.ts'
import { measureWirehouseHop } from './measure-wirehouse-hop.ts'

/** One round of all hop cases, in a folder of its own. */
export async function measureHop(
  folder: string,
  ours: Wirehouse,
  nodeRed: NodeRed | undefined,
  results: Results,
): Promise<void> {
  const folderOf = async (name: string): Promise<string> => {
    await mkdir(join(folder, name), { recursive: true })
    return join(folder, name)
  }
  const inEngine = await measureEngineHops()
  const isMeasured = (name: string): boolean => inEngine.some((hop) => hop.case === name)
  const inServer = await measureWirehouseHop(ours, await folderOf(ours.name))
  record(results, ours.name, [...inEngine, ...inServer.filter((hop) => !isMeasured(hop.case))])
  if (nodeRed === undefined) return
  record(results, nodeRed.name, await measureNodeRedHop(nodeRed, await folderOf(nodeRed.name)))
}

function record(results: Results, peer: string, measures: readonly HopMeasure[]): void {
  const add = results.recorder(peer, HOP)
  for (const measure of measures) add(measure.case, measure.microseconds)
}
