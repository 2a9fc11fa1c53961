import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Keeper } from '../keeper.ts'
import type { Loader } from './loader.ts'

const SECONDS = 0.5
const MESSAGES = 1_500_000

/** Messages a second that the load itself bears, by what sends them back as they are. */
export async function measureCeiling(
  loader: Loader,
  keeper: Keeper,
  qos: 0 | 1,
  publishers: number,
): Promise<number> {
  const mirror = fork(join(import.meta.dirname, 'mirror-process.ts'))
  keeper.keep(mirror)
  try {
    const [port] = await once(mirror, 'message')
    const plan = { port, lane: `q${qos}`, qos, publishers, sensors: publishers, pids: [], window: 800 }
    await loader.load({ ...plan, messages: MESSAGES, seconds: SECONDS })
    const { sent, lost, seconds } = await loader.load({ ...plan, messages: MESSAGES, seconds: SECONDS })
    return (sent - lost) / seconds
  } finally {
    mirror.disconnect()
  }
}
