import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type HopCase, type HopMeasure, hopCases } from './hop-cases.ts'

/** What `our-hop.ts` measures: the cost of one delivery in the engine alone, by path and size of the payload. */
interface EngineHop {
  readonly path: string
  readonly payloadBytes: number
  readonly microseconds: number
}

const FILE = join(import.meta.dirname, 'our-hop.ts')

/**
 * Our hops without user code, measured in the engine alone: seen from outside of the server they are too
 * quick for its clock. A hop with a fan-out of two is two deliveries. Empty while the engine measures nothing.
 */
export async function measureEngineHops(): Promise<readonly HopMeasure[]> {
  if (!existsSync(FILE)) return []
  const { measureHops }: { measureHops: () => Promise<readonly EngineHop[]> } = await import(FILE)
  const measured = await measureHops()
  const sizes = [...new Set(measured.map(({ payloadBytes }) => payloadBytes))].sort(
    (one, other) => one - other,
  )
  const nearest = ({ bytes }: HopCase): number | undefined => sizes.findLast((size) => size <= bytes)
  return hopCases.flatMap((item) => {
    if (item.node !== 'change') return []
    const path = item.fanOut === 2 ? 'fan-out' : 'filter'
    const found = measured.find((hop) => hop.path === path && hop.payloadBytes === nearest(item))
    return found ? [{ case: item.case, microseconds: found.microseconds * item.fanOut }] : []
  })
}
