import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { storeRig } from './store-rig.ts'

/** `WIREHOUSE_KILLS=200 vitest run server/store/kill.test.ts` for the long form. */
const KILLS = Number(process.env['WIREHOUSE_KILLS'] ?? 5)
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url))

/** Lets a process write until it has acknowledged some, kills it without warning, and answers the acknowledged. */
async function writeUntilKilled(dataDir: string, first: number, enough: number): Promise<number[]> {
  const writing = spawn(process.execPath, [child, dataDir, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(writing, 'exit')
  const acknowledged: number[] = []
  for await (const line of createInterface(writing.stdout)) {
    acknowledged.push(Number(line))
    if (acknowledged.length === enough) writing.kill('SIGKILL')
  }
  await exit
  return acknowledged
}

test(`nothing that was acknowledged is lost in ${KILLS} kills`, { timeout: KILLS * 10_000 }, async () => {
  await using rig = storeRig()
  let acknowledged: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const first = Math.max(-1, ...acknowledged) + 1_000
    acknowledged = await writeUntilKilled(rig.dataDir, first, 50 + 37 * (kill % 10))
    expect(acknowledged.length).toBeGreaterThan(0)
    const store = await rig.open()
    const lost = acknowledged.filter(
      (number) => store.nodeState.load('kill', `node-${number}`)['number'] !== number,
    )
    expect(lost).toEqual([])
    await store[Symbol.asyncDispose]()
  }
})
