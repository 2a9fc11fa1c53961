import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to connections, which could take one again before it is used. */
const PORTS = { least: 10_000, most: 30_000 } as const
const TRIES = 100

/** A port that nobody listens on now, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (let left = TRIES; left > 0; left--) {
    const port = randomInt(PORTS.least, PORTS.most)
    if (await isFree(port)) return port
  }
  throw new Error(`None of ${TRIES} ports from ${PORTS.least} to ${PORTS.most} is free.`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false // taken, which is what this asks
  }
  server.close()
  await once(server, 'close')
  return true
}
