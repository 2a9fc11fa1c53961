import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import mqtt from 'mqtt'
import { generate, type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { accessRig, OpenAccounts } from '#server/access/access-rig.ts'
import { brokerRig, packet, patient, text } from './broker-rig.ts'

describe('delivery', () => {
  test.each([0, 1, 2] as const)('carries messages of QoS %i in order, each once', async (qos) => {
    await using rig = await brokerRig()
    const [subscriber, publisher] = [await rig.connect(), await rig.connect()]
    await subscriber.mqtt.subscribeAsync('home/#', { qos })
    const numbers = Array.from({ length: 300 }, (_, index) => String(index))
    await Promise.all(numbers.map((number) => publisher.mqtt.publishAsync('home/n', number, { qos })))
    await subscriber.received(...numbers.map((number) => `home/n ${number}${qos ? ` ${qos}` : ''}`))
  })

  test('gives a client with overlapping filters one copy, at the highest QoS that fits', async () => {
    await using rig = await brokerRig()
    const [subscriber, publisher] = [await rig.connect(), await rig.connect()]
    await subscriber.mqtt.subscribeAsync({ 'a/#': { qos: 0 }, 'a/+': { qos: 1 }, '+/b': { qos: 0 } })
    await publisher.mqtt.publishAsync('a/b', 'two', { qos: 2 })
    await publisher.mqtt.publishAsync('a/b', 'zero', { qos: 0 })
    await subscriber.received('a/b two 1', 'a/b zero')
  })

  test('lowers retained messages to the QoS of the subscription, wildcards included', async () => {
    await using rig = await brokerRig()
    const [subscriber, publisher] = [await rig.connect(), await rig.connect()]
    await publisher.mqtt.publishAsync('a/b', 'two', { qos: 2, retain: true })
    await subscriber.mqtt.subscribeAsync('a/+', { qos: 1 })
    await subscriber.received('a/b two 1 retained')
    await subscriber.mqtt.subscribeAsync('#', { qos: 0 })
    await subscriber.received('a/b two 1 retained', 'a/b two 1 retained')
  })

  test('a message that waits for a flow is not lost when others overtake it', async () => {
    await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 10_000 } })
    const [subscriber, publisher] = [await rig.connect(), await rig.connect()]
    const flow = Promise.withResolvers<void>()
    using _ = rig.broker.service.subscribe('slow', 1, () => flow.promise)
    await subscriber.mqtt.subscribeAsync('#', { qos: 1 })
    const slow = publisher.mqtt.publishAsync('slow', '1', { qos: 1 })
    await publisher.mqtt.publishAsync('fast', '2')
    await subscriber.received('fast 2')
    flow.resolve()
    await slow
    await subscriber.received('fast 2', 'slow 1 1')
  })

  test('tells the last will of a client that breaks off, not of one that says goodbye', async () => {
    await using rig = await brokerRig()
    const watcher = await rig.connect()
    await watcher.mqtt.subscribeAsync('will/#', { qos: 1 })
    const will = (topic: string) => ({
      will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain: true },
    })
    const polite = await rig.connect(will('will/polite'))
    await polite.mqtt.endAsync()
    const rude = await rig.connect(will('will/rude'))
    rude.mqtt.stream.destroy()
    await watcher.received('will/rude gone 1')
    expect(rig.broker.retained('will/rude')).toMatchObject({ retain: true })
  })

  test('the newer of two clients with one id takes over', async () => {
    await using rig = await brokerRig()
    const older = await rig.connect({ clientId: 'same' })
    await rig.connect({ clientId: 'same' })
    await expect.poll(() => older.mqtt.connected).toBe(false)
    expect(rig.broker.clients).toBe(1)
  })

  test('ends a client that is silent for one and a half times its keep-alive', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw()
    client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 1 })
    await client.received('connack')
    await client.closed()
  })

  test('a subscriber that does not read holds up nobody, and loses only QoS 0', async () => {
    await using rig = await brokerRig({ limits: { unsentBytes: 512 * 1024 } })
    const [healthy, publisher] = [await rig.connect(), await rig.connect()]
    const stalled = await rig.raw()
    stalled.send(
      { cmd: 'connect', protocolId: 'MQTT', clientId: 'stalled', clean: true, keepalive: 0 },
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] },
    )
    await stalled.received('suback')
    stalled.socket.pause()
    await healthy.mqtt.subscribeAsync('#')
    const payload = Buffer.alloc(100_000, 'x')
    for (let count = 0; count < 200; count++) await publisher.mqtt.publishAsync('big', payload)
    await expect.poll(() => healthy.messages.length, patient).toBe(200)
    expect(rig.broker.dropped).toBeGreaterThan(0)
  })

  test("keeps the broker's own news to itself", async () => {
    await using rig = await brokerRig({ limits: { statisticsEveryMs: 0 } })
    const watcher = await rig.connect()
    await watcher.mqtt.subscribeAsync({ '$SYS/#': { qos: 0 }, '#': { qos: 0 } })
    const other = await rig.connect({ clientId: 'secret' })
    await other.mqtt.publishAsync('end', '')
    await watcher.received('end')
  })
})

describe('flows', () => {
  test('get what clients publish, and clients get what flows publish', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    const seen: string[] = []
    const client = await rig.connect()
    await client.mqtt.subscribeAsync('out', { qos: 2 })
    using _ = service.subscribe('in/+', 2, (message) => {
      seen.push(text(message))
      return service.publish({ ...message, topic: 'out' })
    })
    for (const qos of [0, 1, 2] as const) await client.mqtt.publishAsync(`in/${qos}`, 'x', { qos })
    await client.received('out x', 'out x 1', 'out x 2')
    expect(seen).toEqual(['in/0 x', 'in/1 x 1', 'in/2 x 2'])
  })

  test('that hear themselves keep nobody inside waiting for ever', async () => {
    await using rig = await brokerRig({ limits: { flowMessages: 1, holdBackMs: 50 } })
    const { service } = rig.broker
    using _ = service.subscribe('a', 0, async (message) => {
      service.publish(message).catch(() => {})
      service.publish(message).catch(() => {})
      await new Promise(setImmediate)
    })
    for (let count = 0; count < 5; count++) await service.publish(packet('a', 'x', 0))
  })

  test('get retained messages first, and no more once they have unsubscribed', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    await service.publish(packet('a', 'kept', 0, true))
    const seen: string[] = []
    const subscription = service.subscribe('a', 1, (message) => {
      seen.push(text(message))
    })
    await service.publish(packet('a', 'live', 1))
    subscription[Symbol.dispose]()
    await service.publish(packet('a', 'late', 1))
    expect(seen).toEqual(['a kept retained', 'a live 1'])
  })

  test.each([1, 2] as const)(
    'hold back the acknowledgement of QoS %i until they have settled',
    async (qos) => {
      await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
      const flow = Promise.withResolvers<void>()
      using _ = rig.broker.service.subscribe('a', 2, () => flow.promise)
      const client = await rig.raw()
      client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 })
      client.send({ cmd: 'publish', topic: 'a', payload: 'x', qos, messageId: 1, dup: false, retain: false })
      const other = await rig.connect()
      await other.mqtt.publishAsync('b', 'x', { qos: 1 })
      expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack'])
      flow.resolve()
      await client.received(qos === 1 ? 'puback' : 'pubrec')
    },
  )

  test('cannot hold an acknowledgement for longer than a moment', async () => {
    await using rig = await brokerRig({ limits: { acknowledgeWithinMs: 20 } })
    using _ = rig.broker.service.subscribe('a', 1, () => new Promise<void>(() => {}))
    const client = await rig.connect()
    await client.mqtt.publishAsync('a', 'x', { qos: 1 })
  })

  test('that fail do not keep a message from being acknowledged and delivered', async () => {
    const warnings: string[] = []
    const log = { info() {}, error() {}, warn: (line: string) => warnings.push(line) }
    await using rig = await brokerRig({ log })
    const { service } = rig.broker
    using _one = service.subscribe('a', 1, () => {
      throw new Error('no')
    })
    using _two = service.subscribe('a', 1, () => Promise.reject(new Error('never')))
    const client = await rig.connect()
    await client.mqtt.subscribeAsync('a')
    await client.mqtt.publishAsync('a', 'x', { qos: 1 })
    await client.received('a x')
    expect(warnings).toEqual([expect.stringContaining('"a": no'), expect.stringContaining('"a": never')])
  })

  test('with full hands are waited for', async () => {
    await using rig = await brokerRig({
      limits: { flowMessages: 2, stalledAfterMs: 60_000, acknowledgeWithinMs: 1 },
    })
    const { service } = rig.broker
    const flows = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
    const seen: string[] = []
    using _ = service.subscribe('a', 1, (message) => flows[seen.push(text(message)) - 1]?.promise)
    await service.publish(packet('a', '1'))
    await service.publish(packet('a', '2', 1))
    const third = service.publish(packet('a', '3'))
    const fourth = service.publish(packet('a', '4', 1))
    expect(seen).toEqual(['a 1', 'a 2 1'])
    flows[0]?.resolve()
    await third
    flows[1]?.resolve()
    await fourth
    expect(seen).toEqual(['a 1', 'a 2 1', 'a 3', 'a 4 1'])
    expect(rig.broker.dropped).toBe(0)
  })

  test('that settle nothing for a while lose QoS 0, counted, and hold up nobody with it', async () => {
    await using rig = await brokerRig({ limits: { flowMessages: 1, stalledAfterMs: 20 } })
    const { service } = rig.broker
    const flow = Promise.withResolvers<void>()
    const seen: string[] = []
    using _ = service.subscribe('a', 0, (message) => {
      seen.push(text(message))
      return flow.promise
    })
    for (const number of ['1', '2', '3', '4']) await service.publish(packet('a', number))
    expect(rig.broker.dropped).toBe(2)
    flow.resolve()
    await expect.poll(() => seen, patient).toEqual(['a 1', 'a 2'])
  })

  test('take a flood of QoS 0 whole, as fast as they can', async () => {
    await using rig = await brokerRig({ limits: { flowMessages: 500 } })
    let seen = 0
    using _ = rig.broker.service.subscribe('a', 0, async () => {
      await new Promise(setImmediate)
      seen++
    })
    const client = await rig.raw()
    client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 })
    const one = generate({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    client.send(Buffer.concat(Array.from({ length: 5_000 }, () => one)))
    await expect.poll(() => seen, patient).toBe(5_000)
  })

  test('that stay full turn the publisher away without an acknowledgement', async () => {
    await using rig = await brokerRig({ limits: { flowMessages: 1, acknowledgeWithinMs: 1, holdBackMs: 20 } })
    const { service } = rig.broker
    using _ = service.subscribe('a', 1, () => new Promise<void>(() => {}))
    await service.publish(packet('a', '1', 1))
    await expect(service.publish(packet('a', '2', 1))).rejects.toMatchObject({ code: 'FLOW_BUSY' })
    const client = await rig.raw()
    client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 })
    client.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 1, messageId: 1, dup: false, retain: false })
    await client.closed()
    expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack'])
  })

  test('publish in their order, also while much of what they published waits', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    const held = Promise.withResolvers<void>()
    let waiting = 0
    using _slow = service.subscribe('slow', 0, () => {
      waiting++
      return held.promise
    })
    const seen: string[] = []
    using _fast = service.subscribe('fast', 0, ({ payload }) => void seen.push(String(payload)))
    const all = Array.from({ length: 2_000 }, () => service.publish(packet('slow', 'x')))
    expect(waiting).toBeGreaterThan(0)
    all.push(service.publish(packet('fast', '1')))
    held.resolve()
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    all.push(service.publish(packet('fast', '2')))
    await Promise.all(all)
    expect(seen).toEqual(['1', '2'])
  })

  test('that publish what they listen to run in circles, but do not stop the house', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    let rounds = 0
    using _ = service.subscribe('a', 0, (message) =>
      ++rounds < 20_000 ? service.publish(message) : undefined,
    )
    await service.publish(packet('a', 'x'))
    await expect.poll(() => rounds).toBe(20_000)
  })

  test.each(['', 'a/+', '#', '$SYS/x', 'a\u0000'])('may not publish to %j', async (topic) => {
    await using rig = await brokerRig()
    await expect(rig.broker.service.publish(packet(topic, 'x'))).rejects.toMatchObject({
      name: 'NodeError',
    })
  })

  test('a retained message can be cleared, for everybody', async () => {
    await using rig = await brokerRig()
    const { service } = rig.broker
    await service.publish(packet('a', 'x', 1, true))
    expect(rig.broker.retained('a')).toMatchObject({ topic: 'a', qos: 1, retain: true })
    await rig.broker.clearRetained('a')
    expect(rig.broker.retained('a')).toBeUndefined()
  })
})

describe('who may connect', () => {
  const refused = (code: number) => ({ code })

  test('a login that is given must be right', async () => {
    await using rig = await brokerRig()
    await rig.connect({ username: 'bell', password: 'right' })
    await expect(rig.connect({ username: 'bell', password: 'wrong' })).rejects.toMatchObject(refused(4))
  })

  test('a user no longer than that user is one', async () => {
    await using rig = await brokerRig()
    const [ada, bert, guest] = await Promise.all([
      rig.connect({ username: 'ada', password: 'right' }),
      rig.connect({ username: 'bert', password: 'right' }),
      rig.connect(),
    ])
    rig.broker.disconnectUser('ada')
    await expect.poll(() => ada.mqtt.connected, patient).toBe(false)
    expect([bert.mqtt.connected, guest.mqtt.connected, rig.broker.clients]).toEqual([true, true, 2])
  })

  test('nobody without a login once the owner has turned that off', async () => {
    const { desk } = accessRig()
    await using rig = await brokerRig({ access: desk })
    const guest = await rig.connect()
    await desk.setDoors({ anonymousLoopback: false, openToNetwork: true })
    await expect.poll(() => guest.mqtt.connected, patient).toBe(false)
    await expect(rig.connect()).rejects.toMatchObject(refused(5))
    await rig.connect({ username: 'bell', password: 'right' })
  })

  test('a login that cannot be checked is refused, and the broker stays', async () => {
    const accounts = new OpenAccounts()
    accounts.verify = () => Promise.reject(new Error('database gone'))
    await using rig = await brokerRig({ access: accessRig({ accounts }).desk })
    await expect(rig.connect({ username: 'bell', password: 'right' })).rejects.toMatchObject(refused(3))
    await rig.connect()
  })

  test('no more clients than there is room for', async () => {
    await using rig = await brokerRig({ limits: { connections: 1 } })
    await rig.connect()
    const second = await rig.raw()
    await second.closed()
  })

  test('clients by WebSocket, but not from pages of others', async () => {
    await using rig = await brokerRig()
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt' })
    const http = createServer().listen(0, '127.0.0.1')
    http.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) => rig.broker.acceptWebSocket(ws, request)),
    )
    await expect.poll(() => http.listening).toBe(true)
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 })
    await client.publishAsync('ws', 'kept', { qos: 1, retain: true })
    expect(rig.broker.retained('ws')).toBeDefined()
    const foreign = new WebSocket(url, 'mqtt', { origin: 'http://evil.test' })
    const code = new Promise((resolve) => foreign.once('close', resolve))
    expect(await code).toBe(1008)
    await client.endAsync()
    http.close()
  })
})

describe('bad input', () => {
  const connect = { cmd: 'connect', protocolId: 'MQTT', clientId: 'a', clean: true, keepalive: 0 } as const
  const publish = {
    cmd: 'publish',
    topic: 'a',
    payload: 'x',
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  } as const
  const bytes = (...values: number[]) => Uint8Array.from(values)

  test.each([
    ['a publish before CONNECT', [publish]],
    ['a second CONNECT', [connect, connect]],
    ['a CONNECT of 256 MB', [bytes(0x10, 0xff, 0xff, 0xff, 0x7f)]],
    [
      'a password without a user name',
      [bytes(0x10, 16, 0, 4, 77, 81, 84, 84, 4, 0x42, 0, 0, 0, 1, 97, 0, 1, 98)],
    ],
    [
      'a will with a wildcard',
      [{ ...connect, will: { topic: 'a/#', payload: Buffer.from('x'), qos: 0, retain: false } }],
    ],
    [
      'a will under $SYS',
      [{ ...connect, will: { topic: '$SYS/x', payload: Buffer.from('x'), qos: 0, retain: false } }],
    ],
    ['a topic with a wildcard', [connect, bytes(0x30, 5, 0, 3, 97, 47, 35)]],
    ['a topic with NUL', [connect, bytes(0x30, 4, 0, 2, 97, 0)]],
    ['a topic that is not UTF-8', [connect, bytes(0x30, 4, 0, 2, 97, 0xff)]],
    ['a topic of 600 bytes', [connect, { ...publish, topic: 'x'.repeat(600) }]],
    ['packet id 0', [connect, bytes(0x32, 5, 0, 1, 97, 0, 0)]],
    ['a publish under $SYS', [connect, { ...publish, topic: '$SYS/broker/uptime' }]],
    ['a filter with a misplaced wildcard', [connect, bytes(0x82, 7, 0, 1, 0, 2, 97, 35, 0)]],
    ['a packet over the limit', [connect, bytes(0x30, 0x81, 0x80, 0x40)]],
  ] as [string, (Packet | Uint8Array)[]][])(
    '%s ends the connection, and nothing else',
    async (_, packets) => {
      await using rig = await brokerRig()
      const healthy = await rig.connect()
      const bad = await rig.raw()
      bad.send(...packets)
      await bad.closed()
      await healthy.mqtt.publishAsync('still', 'here', { qos: 1 })
    },
  )

  test('an idle socket is closed', async () => {
    await using rig = await brokerRig({ limits: { connectWithinMs: 50 } })
    const idle = await rig.raw()
    await idle.closed()
  })

  test('an empty client id with a session to keep is refused with code 2', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw()
    client.send(bytes(0x10, 12, 0, 4, 77, 81, 84, 84, 4, 0, 0, 0, 0, 0))
    expect(await client.received('connack')).toMatchObject({ returnCode: 2 })
    await client.closed()
  })

  test('a client of MQTT 5 is let in, and gets what it has asked for', async () => {
    await using rig = await brokerRig()
    const client = await rig.connect({ protocolVersion: 5 })
    await client.mqtt.subscribeAsync('a/#', { qos: 1 })
    await client.mqtt.publishAsync('a/b', 'hello', { qos: 2 })
    await client.received('a/b hello 1')
  })

  test('filters that cannot be served are refused with 0x80, the others granted', async () => {
    await using rig = await brokerRig({ limits: { subscriptionsPerClient: 2 } })
    const client = await rig.raw()
    const filters = ['$share//a', 'ok/#', '/'.repeat(40), 'second', 'third']
    const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }))
    client.send(connect, { cmd: 'subscribe', messageId: 1, subscriptions })
    expect(await client.received('suback')).toMatchObject({ granted: [0x80, 1, 0x80, 1, 0x80] })
  })

  test('a bridge of Mosquitto may tell its state', async () => {
    await using rig = await brokerRig()
    const client = await rig.raw()
    client.send(connect, { ...publish, topic: '$SYS/broker/connection/cabin/state', retain: true })
    await client.received('puback')
    expect(rig.broker.retained('$SYS/broker/connection/cabin/state')).toBeDefined()
  })

  test('a client that breaks the rules is named in the log, once', async () => {
    const lines: string[] = []
    const note = (line: string) => void lines.push(line)
    await using rig = await brokerRig({ log: { info() {}, warn: note, error: note } })
    for (let time = 0; time < 2; time++) {
      const client = await rig.raw()
      client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'bell', clean: true, keepalive: 0 })
      await client.received('connack')
      client.send({ cmd: 'publish', topic: '$SYS/x', payload: 'x', qos: 0, retain: false, dup: false })
      await client.closed()
    }
    expect(lines).toEqual(['Disconnected the MQTT client "bell": PUBLISH to a topic under $SYS'])
  })

  test('a busy port is named, with the setting to change', async () => {
    await using rig = await brokerRig()
    const again = rig.broker.listen({ host: '127.0.0.1', port: rig.port })
    await expect(again).rejects.toMatchObject({
      name: 'UserError',
      code: 'PORT_IN_USE',
      message: expect.stringContaining('WIREHOUSE_MQTT_PORT'),
    })
  })
})

test('no table of all packet ids is made for a few connections', async () => {
  await using rig = await brokerRig()
  const client = await rig.connect()
  await client.mqtt.publishAsync('a', 'b', { qos: 1 })
  const { cache } = createRequire(import.meta.url)('mqtt-packet/numbers') as { readonly cache: object }
  expect(Object.keys(cache)).toEqual([])
})
