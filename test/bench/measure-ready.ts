import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Keeper } from './keeper.ts'
import { childrenOf, residentMb } from './load/resident-memory.ts'
import { freePort } from './peers/free-port.ts'
import type { Results } from './report/results.ts'

const PATIENCE_MS = 60_000
/** A house that has come to rest tidies up: that is what is idle. */
const SETTLE_MS = 4_000
const root = join(import.meta.dirname, '../..')

/** `npm start` of what is built, with an empty house: until `/api/health` says that it is ready. */
export async function measureReady(folder: string, keeper: Keeper, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const before = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      WIREHOUSE_DATA_DIR: folder,
      WIREHOUSE_HOST: '127.0.0.1',
      WIREHOUSE_HTTP_PORT: String(port),
      WIREHOUSE_MQTT_PORT: '0',
      WIREHOUSE_MQTTS_PORT: '0',
      WIREHOUSE_ADMIN_PASSWORD: 'wire-the-house',
      WIREHOUSE_LOG_LEVEL: 'warn',
    },
  })
  keeper.keep(child)
  const exited = once(child, 'exit')
  const record = results.recorder('Wirehouse', 'npm start, built, empty house')
  await untilHealthy(port)
  record('ready after, ms', performance.now() - before)
  await pause(SETTLE_MS)
  record('memory idle, MB', residentMb(childrenOf(child.pid)))
  child.kill('SIGTERM')
  await exited
}

async function untilHealthy(port: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    if (await isHealthy(port)) return
    await pause(5)
  }
  throw new Error('"npm start" does not become ready within a minute.')
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/health`)).ok
  } catch {
    return false // nobody listens yet: that is what is waited for
  }
}
