import { expect, test } from 'vitest'
import { startServerProcess } from '#rig/server-process.ts'
import { endureEditing } from './endure-editing.ts'

/** `npm run torture -- --only editor` for the long form. */
const SECONDS = Number(process.env['TEST_EDITING_SECONDS'] ?? 10)
const SEED = Number(process.env['TEST_EDITING_SEED'] ?? 7)

test(`two browsers that edit one flow for ${SECONDS} seconds end equal, and nothing is lost`, {
  timeout: 120_000 + SECONDS * 2_000,
}, async () => {
  await using server = await startServerProcess()
  const outcome = await endureEditing(server, SECONDS, SEED)
  const { seen, stored, acknowledged, taken, tried, shownAfterMs, complaints } = outcome
  const shown = shownAfterMs.map((ms) => Math.round(ms)).join(', ')
  process.stdout.write(
    `${tried} things tried, ${acknowledged} changes taken, ${stored.nodes.length} nodes at the end; shown at the other after ${shown} ms\n`,
  )
  expect(complaints).toEqual([])
  expect(seen[0]).toEqual(stored)
  expect(seen[1]).toEqual(stored)
  expect(acknowledged).toBe(taken)
  expect(taken).toBeGreaterThan(10)
})
