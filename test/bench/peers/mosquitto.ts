import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Keeper } from '../keeper.ts'
import { endProcess } from './end-process.ts'
import { freePort } from './free-port.ts'
import type { MosquittoFiles } from './install-mosquitto.ts'
import { takesConnections } from './takes-connections.ts'

/** Without limits that would hold it back, and on loopback only. */
const configuration = (port: number): string => `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
user ${userInfo().username}
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
log_type none
`

/** Resolves when it takes connections. */
export async function startMosquitto(
  { program, libraries }: MosquittoFiles,
  folder: string,
  keeper: Pick<Keeper, 'keep'>,
): Promise<{ readonly port: number; readonly process: ChildProcess }> {
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  await writeFile(file, configuration(port))
  const child = spawn(program, ['-c', file], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  keeper.keep(child)
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk
  })
  for (let attempt = 0; attempt < 1_000 && child.exitCode === null; attempt++) {
    if (await takesConnections(port)) return { port, process: child }
    await pause(5)
  }
  await endProcess(child)
  throw new Error(`Mosquitto does not start: ${output || `exit ${child.exitCode}`}`)
}
