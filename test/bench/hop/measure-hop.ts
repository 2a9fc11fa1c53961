import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeRed } from '../peers/node-red.ts'
import type { Results } from '../report/results.ts'
import { HOP, type HopMeasure } from './hop-cases.ts'
import { measureNodeRedHop } from './measure-node-red-hop.ts'

/** One round of all hop cases, ours and, if there is one, Node-RED's. */
export async function measureHop(
  folder: string,
  ours: string,
  nodeRed: NodeRed | undefined,
  results: Results,
): Promise<void> {
  record(results, ours, await measureOurs())
  if (nodeRed === undefined) return
  await mkdir(folder, { recursive: true })
  record(results, nodeRed.name, await measureNodeRedHop(nodeRed, folder))
}

function record(results: Results, peer: string, measures: readonly HopMeasure[]): void {
  const add = results.recorder(peer, HOP)
  for (const measure of measures) add(measure.case, measure.microseconds)
}

/** The engine's own measurement of its hops. */
const OURS = join(import.meta.dirname, 'our-hop.ts')

async function measureOurs(): Promise<readonly HopMeasure[]> {
  if (!existsSync(OURS)) return []
  const { measureOurHop }: { measureOurHop: () => Promise<readonly HopMeasure[]> } = await import(OURS)
  return await measureOurHop()
}
