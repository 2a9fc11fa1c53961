import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'
import { type HopCase, type HopMeasure, hopCases } from './hop-cases.ts'
import { measureHops } from './our-hop.ts'

const processFile = join(import.meta.dirname, 'function-hops-process.ts')
const printed = z.array(z.object({ case: z.string(), microseconds: z.number() }))

/**
 * Our hops, measured in the engine: seen from outside of the server they are too quick for its clock, and
 * what comes before and behind the chain is no part of a hop.
 */
export const measureEngineHops = async (): Promise<readonly HopMeasure[]> => [
  ...(await measureChangeHops()),
  ...(await measureFunctionHops()),
]

async function measureFunctionHops(): Promise<readonly HopMeasure[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [processFile])
  return printed.parse(JSON.parse(stdout))
}

/** A hop with a fan-out of two is two deliveries. */
async function measureChangeHops(): Promise<readonly HopMeasure[]> {
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
