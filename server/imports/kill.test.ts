import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { storeRig } from '../store/store-rig.ts'

/** `WIREHOUSE_KILLS=200 vitest run server/imports/kill.test.ts` for the long form. */
const KILLS = Number(process.env['WIREHOUSE_KILLS'] ?? 3)
const SIZE = 25
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url))

/** Imports until so many are acknowledged, is killed in the midst of the next ones, and answers the acknowledged. */
async function importUntilKilled(dataDir: string, enough: number): Promise<readonly number[]> {
  const importing = spawn(process.execPath, [child, dataDir, String(SIZE)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(importing, 'exit')
  const acknowledged: number[] = []
  for await (const line of createInterface(importing.stdout)) {
    acknowledged.push(Number(line))
    if (acknowledged.length === enough) importing.kill('SIGKILL')
  }
  await exit
  return acknowledged
}

test(`an import is there whole or not at all after each of ${KILLS} kills`, {
  timeout: KILLS * 20_000,
}, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    await using rig = storeRig()
    const acknowledged = await importUntilKilled(rig.dataDir, 9 + 5 * kill)
    const store = await rig.open()
    const flows = Map.groupBy(store.flows.list(), ({ name }) => name)
    expect([...flows.values()].map(({ length }) => length)).toEqual([...flows].map(() => SIZE))
    expect(store.connections.list().map(({ id, secretsSet }) => [id, ...secretsSet])).toEqual(
      [...flows.keys()].sort().map((name) => [name, 'password']),
    )
    const lost = acknowledged.filter((number) => !flows.has(`import-${number}`))
    expect(lost).toEqual([])
    await store[Symbol.asyncDispose]()
  }
})
