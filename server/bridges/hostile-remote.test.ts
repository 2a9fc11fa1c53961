import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { patient } from '#server/broker/broker-rig.ts'
import { bridgeRig } from './rig/bridge-rig.ts'

/** A broker that lets everybody in and then does as the test says. */
async function strangeBroker(onSubscribed: (socket: Socket) => void) {
  const got: Packet[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const packets = parser({ protocolVersion: 5 })
    const send = (packet: Packet) => socket.write(generate(packet, { protocolVersion: 5 }))
    packets.on('packet', (packet: Packet) => {
      got.push(packet)
      if (packet.cmd === 'connect') send({ cmd: 'connack', reasonCode: 0, sessionPresent: true })
      if (packet.cmd !== 'subscribe') return
      send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 2) })
      onSubscribed(socket)
    })
    socket.on('data', (bytes) => packets.parse(bytes))
    socket.on('error', () => {}) // it is hostile, not interested
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    got,
    port: (server.address() as AddressInfo).port,
    acknowledged: () => got.flatMap(({ cmd, messageId }) => (cmd === 'puback' ? messageId : [])),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const publish = (topic: string, messageId: number, payload: string | Buffer = 'x'): Buffer => {
  const packet: IPublishPacket = {
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    messageId,
    retain: false,
    dup: false,
  }
  return generate(packet, { protocolVersion: 5 })
}

test('takes nothing but what its maps are about, and acknowledges the rest', async () => {
  await using rig = await bridgeRig()
  await using strange = await strangeBroker((socket) => {
    socket.write(publish('cloud/$SYS/broker/elsewhere', 1))
    socket.write(publish('elsewhere', 2))
    socket.write(publish(`cloud/${'deep/'.repeat(40)}`, 3))
    socket.write(publish('cloud/a\u0000b', 4))
    socket.write(publish('cloud/$SYS', 5))
    socket.write(publish('cloud/right', 6))
  })
  const here = await rig.broker.connect()
  await here.mqtt.subscribeAsync(['#', '$SYS/broker/elsewhere', '$SYS'], { qos: 1 })
  const map = { direction: 'in', filter: '#', remotePrefix: 'cloud/' } as const
  const bridge = await rig.bridge(strange.port, [map], { name: 'strange' })
  await expect.poll(strange.acknowledged, patient).toEqual([1, 2, 3, 4, 5, 6])
  const seen = here.messages.filter((message) => !message.startsWith('$SYS/broker/connection/strange/'))
  expect(seen).toEqual(['right x 1'])
  expect(rig.stateOf(bridge.id)).toMatchObject({ dropped: 5, received: 1 })
})

test('a message that is too large is skipped, and the ones behind it come', async () => {
  await using rig = await bridgeRig()
  await using strange = await strangeBroker((socket) => {
    socket.write(publish('a', 1, Buffer.alloc(5 * 1024 * 1024)))
    socket.write(publish('b', 2))
  })
  const here = await rig.broker.connect()
  await here.mqtt.subscribeAsync('#', { qos: 1 })
  const bridge = await rig.bridge(strange.port, [{ direction: 'in' }])
  await here.received('b x 1')
  await expect.poll(strange.acknowledged, patient).toEqual([1, 2])
  expect(rig.stateOf(bridge.id)).toMatchObject({ phase: 'connected', dropped: 1, received: 1 })
})

test.each([
  ['a length of five bytes', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
  ['a PUBLISH cut short', Buffer.from([0x32, 0x03, 0x00, 0x10, 0x61])],
  ['an acknowledgement of 256 MB', Buffer.from([0x40, 0xff, 0xff, 0xff, 0x7f])],
  ['noise', Buffer.from('HTTP/1.1 400 Bad Request\r\n'.repeat(20))],
])('after %s it hangs up, and tries again', async (_, bytes) => {
  await using rig = await bridgeRig()
  await using strange = await strangeBroker((socket) => socket.write(bytes))
  const bridge = await rig.bridge(strange.port, [{ direction: 'in' }])
  await expect.poll(() => rig.stateOf(bridge.id)?.problem?.code, patient).toBe('BRIDGE_BROKE_OFF')
  await expect
    .poll(() => strange.got.filter(({ cmd }) => cmd === 'connect').length, patient)
    .toBeGreaterThan(3)
})

test('nobody else can be a bridge of the house', async () => {
  await using rig = await bridgeRig()
  const options = { clientId: '$bridge/x', clean: false, reconnectPeriod: 0 } as const
  await expect(rig.broker.connect(options)).rejects.toMatchObject({ code: 2 })
  await expect(rig.broker.connect({ ...options, protocolVersion: 5 })).rejects.toMatchObject({ code: 133 })
})

test('a broker that speaks no MQTT is asked in each version, and then left for a while', async () => {
  await using rig = await bridgeRig()
  const server = createServer((socket) => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bridge = await rig.bridge((server.address() as AddressInfo).port, [{ direction: 'out' }])
  await expect.poll(() => rig.stateOf(bridge.id)?.phase, patient).toBe('waiting')
  expect(rig.stateOf(bridge.id)?.problem?.code).toBe('MQTT_FAILED')
  server.close()
})
