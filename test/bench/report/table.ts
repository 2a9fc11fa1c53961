import type { Measure } from './results.ts'
import { ratioOf, spreadOf } from './statistics.ts'
import { verdictOf } from './targets.ts'

const NAME_WIDTH = 38
const CELL_WIDTH = 32
const RATIO_WIDTH = 12

/**
 * A table of medians with the least and the most of all rounds; with two peers, the ratio of the first to
 * the second; and at the end what is promised, and whether it is kept.
 */
export function formatTable(measures: readonly Measure[], peers: readonly string[]): string {
  const [ours, theirs] = peers
  const heads = [...peers, ...(theirs === undefined ? [] : ['ratio'])]
  const lines = [row('', heads)]
  for (const [group, members] of Map.groupBy(measures, (measure) => measure.group)) {
    lines.push('', group)
    for (const measure of members) {
      const cells = peers.map((peer) => formatSpread(measure.values.get(peer) ?? []))
      if (ours !== undefined && theirs !== undefined)
        cells.push(formatRatio(measure, ours, theirs).padEnd(RATIO_WIDTH))
      if (ours !== undefined) cells.push(verdictOf(measure, ours, theirs))
      lines.push(row(`  ${measure.name}`, cells))
    }
  }
  return lines.join('\n')
}

const row = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(NAME_WIDTH)}${cells.map((cell, index) => (index < 2 ? cell.padEnd(CELL_WIDTH) : cell)).join('')}`.trimEnd()

function formatSpread(values: readonly number[]): string {
  if (values.length === 0) return '–'
  const { median, least, most } = spreadOf(values)
  const range = values.length > 1 ? `  (${formatNumber(least)} – ${formatNumber(most)})` : ''
  return `${formatNumber(median)}${range}`
}

function formatRatio({ values }: Measure, ours: string, theirs: string): string {
  const ratio = ratioOf(values.get(ours) ?? [], values.get(theirs) ?? [])
  return Number.isNaN(ratio) ? '–' : `${formatNumber(ratio)} ×`
}

/** Three digits say enough; thousands are written in full. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–'
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
