import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { realClock } from '#server/engine/real-clock.ts'
import { openInbox } from './inbox.ts'

/** `WIREHOUSE_KILLS=200 vitest run server/inbox/kill.test.ts` for the long form. */
const KILLS = Number(process.env['WIREHOUSE_KILLS'] ?? 3)
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url))

/** Lets a process keep messages until some are safe, kills it without warning, and answers their numbers. */
async function keepUntilKilled(path: string, enough: number): Promise<number[]> {
  const keeping = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(keeping, 'exit')
  const kept: number[] = []
  for await (const line of createInterface(keeping.stdout)) {
    const number = /^kept (\d+)$/.exec(line)?.[1]
    if (number) kept.push(Number(number))
    if (kept.length === enough) keeping.kill('SIGKILL')
  }
  await exit
  return kept
}

test(`nothing that was kept is lost in ${KILLS} kills`, { timeout: KILLS * 10_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-inbox-'))
  const path = join(folder, 'inbox.db')
  for (let kill = 0; kill < KILLS; kill++) {
    const kept = await keepUntilKilled(path, 50 + 237 * (kill % 10))
    await using inbox = openInbox({ path, clock: realClock })
    const left = new Map(
      inbox.left.map(({ number, packet }) => [number, Buffer.from(packet.payload).toString()]),
    )
    expect(kept.filter((number) => left.get(number) !== `message ${number}`)).toEqual([])
    for (const number of left.keys()) inbox.forget(number)
  }
  rmSync(folder, { recursive: true })
})
