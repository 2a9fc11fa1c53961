import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { storeRig } from '#server/store/store-rig.ts'

/** `WIREHOUSE_KILLS=200 vitest run server/outbox/kill.test.ts` for the long form. */
const KILLS = Number(process.env['WIREHOUSE_KILLS'] ?? 5)
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url))

interface Run {
  readonly first: number
  /** Messages that run again. */
  readonly again: readonly number[]
  readonly fresh: number
  /** It is killed once so many are kept. */
  readonly killAfter: number
}

/** Lets a house post until it is killed, or idle; answers what it has begun, and what of that was kept. */
async function run(folder: string, arrived: string, { first, again, fresh, killAfter }: Run) {
  const args = [child, folder, arrived, String(first), again.join(','), String(fresh)]
  const house = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(house, 'exit')
  const said = { begun: [] as number[], kept: [] as number[], idle: [] as number[] }
  for await (const line of createInterface(house.stdout)) {
    const [word = '', number] = line.split(' ')
    said[word as keyof typeof said].push(Number(number))
    if (said.kept.length >= killAfter || word === 'idle') house.kill('SIGKILL')
  }
  await exit
  return said
}

/** What has arrived, as the service has written it down. */
const read = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => /^(\d+) (chat \d) (\w+)$/.exec(line) ?? [])
    .map(([, number, target = '', isMarked]) => ({
      number: Number(number),
      target,
      isMarked: isMarked === 'true',
    }))

test(`nothing is lost in ${KILLS} kills, and what arrives twice says so`, {
  timeout: KILLS * 10_000,
}, async () => {
  await using rig = storeRig()
  const arrived = join(rig.dataDir, 'arrived')
  writeFileSync(arrived, '')
  const begun = new Set<number>()
  let again: number[] = []
  for (let kill = 0; kill <= KILLS; kill++) {
    const isLast = kill === KILLS
    const killAfter = isLast ? Number.POSITIVE_INFINITY : again.length + 20 + ((kill * 37) % 60)
    // what a house had begun when it was killed, it may not have been able to say: the next one has other messages
    const first = kill * 100_000
    const said = await run(rig.dataDir, arrived, { first, again, fresh: isLast ? 0 : 10_000, killAfter })
    for (const number of said.begun) begun.add(number)
    // what the disk has not said to hold, and what an inbox had not forgotten yet
    again = [...new Set([...said.begun.filter((one) => !said.kept.includes(one)), ...said.kept.slice(-10)])]
  }
  const all = read(arrived)
  const numbers = new Set(all.map(({ number }) => number))
  expect([...begun].filter((number) => !numbers.has(number))).toEqual([])
  const doubles = all.filter(({ number }, index) => all.findIndex((one) => one.number === number) < index)
  expect(doubles.filter(({ isMarked }) => !isMarked)).toEqual([])
  for (const target of ['chat 0', 'chat 1', 'chat 2', 'chat 3'])
    expect(doubles.filter((one) => one.target === target).length).toBeLessThanOrEqual(KILLS)
})
