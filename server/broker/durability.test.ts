import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { brokerRig, packet, patient } from './broker-rig.ts'

const session = { clientId: 'bell', clean: false } as const

test('a session is back after a restart, with what came while its client was away', async () => {
  await using rig = await brokerRig()
  const first = await rig.connect(session)
  await first.mqtt.subscribeAsync('home/+', { qos: 2 })
  await first.mqtt.endAsync()
  const publisher = await rig.connect()
  await publisher.mqtt.publishAsync('home/a', '1', { qos: 1 })
  await rig.broker.service.publish(packet('home/b', '2', 2, true))
  await rig.stop()
  await rig.start()
  const raw = await rig.raw()
  raw.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'bell', clean: false, keepalive: 0 })
  expect(await raw.received('connack')).toMatchObject({ sessionPresent: true })
  await expect
    .poll(
      () => raw.packets.flatMap((p) => (p.cmd === 'publish' ? [`${p.topic} ${p.payload} ${p.qos}`] : [])),
      patient,
    )
    .toEqual(['home/a 1 1', 'home/b 2 2'])
  expect(rig.broker.retained('home/b')).toMatchObject({ qos: 2, retain: true })
})

test('what was sent and not acknowledged comes again after a restart, with its id and DUP', async () => {
  await using rig = await brokerRig()
  const connect = {
    cmd: 'connect',
    protocolId: 'MQTT',
    clientId: 'bell',
    clean: false,
    keepalive: 0,
  } as const
  const before = await rig.raw()
  before.send(connect, { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 2 }] })
  await before.received('suback')
  await rig.broker.service.publish(packet('a', 'x', 2))
  const sent = await before.received('publish')
  expect(sent).toMatchObject({ dup: false })
  await rig.stop()
  await rig.start()
  const after = await rig.raw()
  after.send(connect)
  expect(await after.received('publish')).toMatchObject({ dup: true, qos: 2, messageId: sent.messageId })
  after.send({ cmd: 'pubrec', messageId: sent.messageId ?? 0 })
  await after.received('pubrel')
  await rig.stop()
  await rig.start()
  const last = await rig.raw()
  last.send(connect)
  expect(await last.received('pubrel')).toMatchObject({ messageId: sent.messageId })
})

test('a QoS 2 message sent again after a restart is not taken for a new one', async () => {
  await using rig = await brokerRig()
  const connect = { cmd: 'connect', protocolId: 'MQTT', clientId: 'p', clean: false, keepalive: 0 } as const
  const publish = { cmd: 'publish', topic: 'a', payload: 'x', qos: 2, messageId: 7, retain: false } as const
  const before = await rig.raw()
  before.send(connect, { ...publish, dup: false })
  await before.received('pubrec')
  await rig.stop()
  await rig.start()
  const seen: string[] = []
  using _ = rig.broker.service.subscribe('a', 2, ({ topic }) => {
    seen.push(topic)
  })
  const after = await rig.raw()
  after.send(connect, { ...publish, dup: true })
  await after.received('pubrec')
  after.send({ cmd: 'pubrel', messageId: 7 })
  await after.received('pubcomp')
  expect(seen).toEqual([])
})

test('after a restart, only clients that do not come back are declared dead', async () => {
  await using rig = await brokerRig({ limits: { willGraceMs: 2_000 } })
  const will = (id: string) => ({
    clientId: id,
    will: { topic: `will/${id}`, payload: Buffer.from('gone'), qos: 1 as const, retain: false },
  })
  await rig.connect(will('lost'))
  await rig.connect(will('back'))
  await rig.stop()
  await rig.start()
  const seen: string[] = []
  using _ = rig.broker.service.subscribe('will/#', 1, ({ topic }) => {
    seen.push(topic)
  })
  await rig.connect(will('back'))
  await expect.poll(() => seen, patient).toEqual(['will/lost'])
})

test('what has been acknowledged survives kill -9', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-kill-'))
  const database = join(folder, 'broker.db')
  const program = fileURLToPath(new URL('./broker-process.ts', import.meta.url))
  const child = spawn(process.execPath, [program, database], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const url = `mqtt://127.0.0.1:${Number(line)}`

  const subscriber = await mqtt.connectAsync(url, { ...session, reconnectPeriod: 0 })
  await subscriber.subscribeAsync('alarm', { qos: 1 })
  await subscriber.endAsync()
  const publisher = await mqtt.connectAsync(url, { reconnectPeriod: 0 })
  publisher.on('error', () => {}) // the broker is going to die
  const acknowledged: string[] = []
  const publishing = Array.from({ length: 900 }, async (_, index) => {
    await publisher.publishAsync('alarm', String(index), { qos: 1, retain: index === 0 })
    acknowledged.push(String(index))
    if (acknowledged.length === 300) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  await publisher.endAsync(true)
  await Promise.allSettled(publishing)

  await using rig = await brokerRig({ database })
  const back = await rig.connect(session)
  await expect
    .poll(() => {
      const got = new Set(back.messages.map((message) => message.split(' ')[1]))
      return acknowledged.filter((number) => !got.has(number))
    }, patient)
    .toEqual([])
  expect(acknowledged.length).toBeGreaterThanOrEqual(300)
  expect(rig.broker.retained('alarm')).toBeDefined()
  await rig.stop()
  rmSync(folder, { recursive: true })
})

test.each([1, 2] as const)(
  'what is published at QoS %i while a client comes back comes once, and in order',
  async (qos) => {
    await using rig = await brokerRig()
    const first = await rig.connect(session)
    await first.mqtt.subscribeAsync('a', { qos: 2 })
    await first.mqtt.endAsync()
    const publisher = await rig.connect()
    const clients: { readonly messages: readonly string[] }[] = []
    const count = 400
    for (let number = 0; number < count; number++) {
      void publisher.mqtt.publish('a', String(number), { qos })
      if (number % 40 === 0) await new Promise(setImmediate)
      if (number === 100) void rig.connect(session).then((client) => clients.push(client))
      if (number % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const got = () =>
      clients.flatMap(({ messages }) => messages.map((message) => Number(message.split(' ')[1])))
    await expect.poll(() => new Set(got()).size, patient).toBe(count)
    expect(got()).toEqual(Array.from({ length: count }, (_, number) => number))
  },
)

test('a damaged database is refused in one sentence', async () => {
  await using rig = await brokerRig()
  await rig.stop()
  writeFileSync(
    rig.database,
    'not a database, but some text that is long enough to be looked at as one'.repeat(20),
  )
  await expect(rig.start()).rejects.toMatchObject({ name: 'UserError', code: 'DATABASE_DAMAGED' })
})
