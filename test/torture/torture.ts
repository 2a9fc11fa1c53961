import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { startServerProcess } from '#rig/server-process.ts'
import { loops } from './culprit.ts'
import { endureDeploys } from './endure-deploys.ts'
import { endureLeaks } from './endure-leaks.ts'
import { endureLoop } from './endure-loop.ts'
import { endurePanning } from './endure-panning.ts'
import { parseOptions, type TortureOptions } from './options.ts'
import { TortureHouse } from './torture-house.ts'
import { judgeDeploys, judgeLeaks, judgeLoop, judgePanning, type Verdict } from './verdicts.ts'

const root = join(import.meta.dirname, '../..')
const print = (text: string): void => void process.stdout.write(`${text}\n`)

try {
  if (!(await torture(parseOptions(process.argv.slice(2))))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

/** `false`: some promise was not kept. */
async function torture(options: TortureOptions): Promise<boolean> {
  let isKept = true
  const say = (title: string, verdicts: readonly Verdict[]): void => {
    print(`\n${title}`)
    for (const verdict of verdicts) print(lineOf(verdict))
    isKept &&= verdicts.every((verdict) => verdict.isKept)
  }
  if (options.only.has('loops')) {
    await using house = await TortureHouse.start()
    for (const loop of Object.keys(loops) as (keyof typeof loops)[])
      say(loop, judgeLoop(await endureLoop(house, loop, options.loopSeconds)))
  }
  if (options.only.has('leaks')) {
    await using house = await TortureHouse.start()
    say(`${options.leaks} leaks in a row`, judgeLeaks(await endureLeaks(house, options.leaks)))
  }
  if (options.only.has('deploys')) {
    await using server = await startServerProcess({ env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
    say(`${options.deploys} deploys under load`, judgeDeploys(await endureDeploys(server, options.deploys)))
  }
  if (options.only.has('kills')) {
    print(`\n${options.kills} times kill -9`)
    isKept = runTest('test/end-to-end/kill.test.ts', { TEST_KILLS: options.kills }) && isKept
  }
  if (options.only.has('power')) {
    print(`\n${options.cuts} power cuts`)
    isKept = runTest('test/power/power.test.ts', { TEST_CUTS: options.cuts }) && isKept
  }
  if (options.only.has('alarms')) {
    print(`\n${options.kills} times kill -9 while alarms go out`)
    isKept = runTest('test/end-to-end/kill-alarms.test.ts', { TEST_KILLS: options.kills }) && isKept
  }
  if (options.only.has('broker')) {
    print(`\n${options.brokerKills} times kill -9 of the broker alone`)
    isKept = runTest('server/broker/kills.test.ts', { TEST_KILLS: options.brokerKills }) && isKept
    print(`\n${options.streams} streams of bent packets`)
    isKept =
      runTest('server/broker/conformance/fuzz.test.ts', { TEST_FUZZ_STREAMS: options.streams }) && isKept
    print(`\n${options.visits} clients that come and go`)
    isKept = runTest('server/broker/memory.test.ts', { TEST_VISITS: options.visits }) && isKept
  }
  if (options.only.has('editor')) {
    print(`\n${options.editingSeconds} seconds of two browsers in one flow`)
    isKept =
      runTest('test/drafts/two-browsers.test.ts', { TEST_EDITING_SECONDS: options.editingSeconds }) && isKept
    print(`\n${options.editingKills} times kill -9 while people edit`)
    isKept = runTest('test/drafts/kill-drafts.test.ts', { TEST_KILLS: options.editingKills }) && isKept
    say(
      `${options.panningRounds} rounds of work on a large flow`,
      judgePanning(await endurePanning(options.panningRounds)),
    )
  }
  if (options.only.has('looks')) {
    print('\nevery area of the editor: both widths, light and dark, English and German')
    isKept = runTest('test/end-to-end/areas.test.ts', { TEST_LOOKS: 'all' }) && isKept
  }
  return isKept
}

function lineOf({ promise, found, isKept }: Verdict): string {
  return `  ${isKept ? 'yes' : 'NO '}  ${promise}: ${found}`
}

/** A test that `npm test` runs in a short form. */
function runTest(file: string, rounds: Readonly<Record<string, number | string>>): boolean {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', file],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...Object.fromEntries(Object.entries(rounds).map(([k, v]) => [k, String(v)])) },
    },
  )
  return status === 0
}
