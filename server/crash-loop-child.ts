import { CrashLoop, writeCrashReports } from './crash-loop.ts'
import { realClock } from './engine/real-clock.ts'

/** A server that only starts, for `crash-loop.test.ts`: says whether it holds back, and ends as it is told. */
const [folder = '', end = 'stop'] = process.argv.slice(2)
writeCrashReports(folder)
const loop = new CrashLoop({ folder, clock: realClock, log: { warn() {} } })
process.stdout.write(`${loop.isLooping}\n`)

const ends: Readonly<Record<string, () => void>> = {
  stop: () => loop[Symbol.dispose](),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    throw new Error('nobody catches this')
  },
  reject: () => void Promise.reject(new Error('nor this')),
  fillHeap: () => {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 1_000 }, () => ({ kept: kept.length })))
  },
}
ends[end]?.()
