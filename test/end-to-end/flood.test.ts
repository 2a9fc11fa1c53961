import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { startServerProcess } from '#rig/server-process.ts'

/** A flood of connections: the limit holds, and the editor answers as if nothing was. */

const ATTEMPTS = 10_000
/** So many stand in the queue of the system or are open at a time. */
const AT_ONCE = 900
/** Milliseconds; more where other tests share the processors. */
const MOST_MS = 200
const SLOWNESS = 3

test('10,000 connections are attempted, 500 stand, and the editor answers', async () => {
  await using server = await startServerProcess()
  const sockets = new Set<Socket>()
  let [opened, refused] = [0, 0]
  const attempt = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(server.mqttPort, '127.0.0.1')
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('connect', () => {
        opened++
        resolve()
      })
      socket.once('close', () => {
        refused++
        sockets.delete(socket)
        resolve()
      })
    })
  const asking = new Worker(new URL('../rig/asking-thread.ts', import.meta.url), {
    workerData: { urls: [`${server.url}/api/health`, `${server.url}/`] },
  })
  for (let count = 0; count < ATTEMPTS; count += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ATTEMPTS - count) }, attempt))
  const turnedAway = async () => (await server.api('GET', '/api/broker/status')).body.hits.connections
  await expect.poll(turnedAway).toBeGreaterThan(ATTEMPTS / 2) // who says nothing makes room for others in time
  asking.postMessage('stop')
  const [times] = (await once(asking, 'message')) as [number[]]
  await expect.poll(() => sockets.size).toBeLessThanOrEqual(500)
  expect(opened + refused).toBeGreaterThanOrEqual(ATTEMPTS)
  expect(Math.max(...times)).toBeLessThan(MOST_MS * SLOWNESS)
  for (const socket of sockets) socket.destroy()
})
