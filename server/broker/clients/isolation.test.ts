import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, packet, patient } from '../broker-rig.ts'

/** What one client does must be nobody else's business. The times allow for a busy machine. */

const KB = 1024
const MB = 1024 * KB

/** How long the broker takes to answer a client that does nothing but ask, at worst, until the answer is called. */
async function bystander(rig: BrokerRig): Promise<() => Promise<number>> {
  const { mqtt } = await rig.connect({ clientId: 'bystander' })
  let worst = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const before = performance.now()
      await mqtt.publishAsync('bystander', '', { qos: 1 })
      worst = Math.max(worst, performance.now() - before)
    }
  })()
  return async () => {
    isOver = true
    await asking
    return worst
  }
}

test('a subscriber that does not read holds up nobody: 300 × 100 KB are through within a second', async () => {
  await using rig = await brokerRig()
  const [healthy, stalled, publisher] = [await rig.connect(), await rig.connect(), await rig.connect()]
  for (const { mqtt } of [healthy, stalled]) await mqtt.subscribeAsync('big')
  stalled.mqtt.stream.pause()
  const payload = Buffer.alloc(100 * KB)
  let received = 0
  healthy.mqtt.removeAllListeners('message').on('message', () => received++)
  const before = performance.now()
  for (let count = 0; count < 300; count++) publisher.mqtt.publish('big', payload)
  await expect.poll(() => received, { ...patient, interval: 2 }).toBe(300)
  expect(performance.now() - before).toBeLessThan(1_000 * slowness)
})

test('100,000 retained messages hold up nobody', async () => {
  await using rig = await brokerRig({ limits: { retainedMessages: 200_000 } })
  const payload = Buffer.alloc(100)
  for (let count = 0; count < 100_000; count++)
    await rig.broker.flows.publish({ topic: `ret/${count % 1_000}/${count}`, payload, qos: 0, retain: true })
  expect(rig.broker.status().retained).toBe(100_000)
  const reader = await rig.connect()
  const end = await bystander(rig)
  for (let count = 0; count < 100; count++) await reader.mqtt.subscribeAsync(`ret/${count}/${count}`)
  const worst = await end()
  expect(reader.messages).toHaveLength(100)
  expect(worst).toBeLessThan(200 * slowness)
})

test('256 MB claimed before a login are not waited for', async () => {
  await using rig = await brokerRig()
  const before = process.memoryUsage.rss()
  const sockets = Array.from({ length: 50 }, () => connect(rig.port, '127.0.0.1'))
  const closed = sockets.map((socket) => sendWithoutEnd(socket))
  await Promise.all(closed)
  expect(rig.broker.status().hits.packets).toBe(50)
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MB)
})

/** A CONNECT of 256 MB, as far as the broker takes it; resolves when it has closed. */
function sendWithoutEnd(socket: Socket): Promise<void> {
  const part = Buffer.alloc(64 * KB)
  const send = (): void => {
    while (!socket.destroyed && socket.write(part));
  }
  socket.on('error', () => {})
  socket.once('connect', () => {
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    socket.on('drain', send)
    send()
  })
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

test('a flow that never finishes holds up only who sends to it', async () => {
  await using rig = await brokerRig({
    limits: { flowMessages: 10, acknowledgeWithinMs: 100_000, holdBackMs: 500 },
  })
  using _ = rig.broker.flows.subscribe('stuck', 1, () => {})
  const [sender, other] = [await rig.connect(), await rig.connect()]
  for (let count = 0; count < 50; count++) sender.mqtt.publish('stuck', 'x', { qos: 1 })
  await other.mqtt.subscribeAsync('free', { qos: 1 })
  const end = await bystander(rig)
  for (let count = 0; count < 200; count++) await other.mqtt.publishAsync('free', String(count), { qos: 1 })
  expect(other.messages).toHaveLength(200)
  expect(await end()).toBeLessThan(200 * slowness)
})

test('so does one that never takes QoS 0', async () => {
  await using rig = await brokerRig({ limits: { flowMessages: 10 } })
  using _ = rig.broker.flows.subscribe('stuck', 0, () => {})
  const [sender, other] = [await rig.connect(), await rig.connect()]
  const end = await bystander(rig)
  for (let count = 0; count < 5_000; count++) sender.mqtt.publish('stuck', 'x')
  await other.mqtt.subscribeAsync('free')
  for (let count = 0; count < 100; count++) await rig.broker.service.publish(packet('free', String(count)))
  await expect.poll(() => other.messages.length, patient).toBe(100)
  await expect.poll(() => rig.broker.status().lost.slowFlows, patient).toBeGreaterThan(0)
  expect(await end()).toBeLessThan(200 * slowness)
})

/** Where many tests share the processors, time passes differently. */
const slowness = 5
