import { expect, test } from 'vitest'
import { backupsToDrop } from './backup-files.ts'

const HOUR = 3_600_000
const start = Date.UTC(2026, 0, 31, 12)
const hoursAgo = (hours: number) => ({ path: `${hours}`, at: start - hours * HOUR })

test('the newest twenty stay, and of seven days the newest', () => {
  const backups = Array.from({ length: 12 * 24 }, (_, hours) => hoursAgo(hours))
  const dropped = new Set(backupsToDrop(backups).map(({ path }) => Number(path)))
  const kept = backups.map((_, hours) => hours).filter((hours) => !dropped.has(hours))
  // 12 hours of the first day, and the last hour of each of the six days before
  expect(kept).toEqual([...Array(20).keys(), 37, 61, 85, 109, 133])
})

test('days without a backup do not count', () => {
  const backups = [
    ...Array.from({ length: 20 }, (_, n) => hoursAgo(n / 60)),
    hoursAgo(1_000),
    hoursAgo(2_000),
  ]
  expect(backupsToDrop(backups)).toEqual([])
})
