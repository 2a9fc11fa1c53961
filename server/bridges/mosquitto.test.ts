import { describe, expect, test } from 'vitest'
import { patient } from '#server/broker/broker-rig.ts'
import { freePort } from '../../test/bench/peers/free-port.ts'
import { bridgeRig } from './rig/bridge-rig.ts'
import { makeCertificates } from './rig/certificates.ts'
import { mosquitto, mosquittoPeer } from './rig/mosquitto-peer.ts'
import { shakyLine } from './rig/shaky-line.ts'

const versions = ['auto', '3.1.1'] as const

describe.skipIf(!mosquitto)('a bridge to Mosquitto', () => {
  test.each(versions)('carries both ways, with prefixes (%s)', async (version) => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const map = { direction: 'both', filter: 'home/#', remotePrefix: 'haus/', qos: 2 } as const
    const bridge = await rig.bridge(peer.port, [map], { config: { version } })
    await rig.connected(bridge)
    expect(rig.stateOf(bridge.id)?.version).toBe(version === 'auto' ? '5' : '3.1.1')
    const [here, there] = [await rig.broker.connect(), await peer.connect()]
    await here.mqtt.subscribeAsync('home/#', { qos: 2 })
    await there.mqtt.subscribeAsync('haus/#', { qos: 2 })
    for (const qos of [0, 1, 2] as const) await here.mqtt.publishAsync(`home/out/${qos}`, 'x', { qos })
    await expect
      .poll(() => there.messages.toSorted(), patient)
      .toEqual(['haus/home/out/0 x', 'haus/home/out/1 x 1', 'haus/home/out/2 x 2'])
    here.messages.length = 0
    for (const qos of [0, 1, 2] as const) await there.mqtt.publishAsync(`haus/home/in/${qos}`, 'x', { qos })
    await expect
      .poll(() => here.messages.toSorted(), patient)
      .toEqual(['home/in/0 x', 'home/in/1 x 1', 'home/in/2 x 2'])
    await expect.poll(() => there.messages.length, patient).toBe(6)
    expect(rig.stateOf(bridge.id)).toMatchObject({ sent: 3, received: 3, returned: 0, dropped: 0 })
  })

  test.each(versions)(
    'what is retained crosses as such, also when it was there before (%s)',
    async (version) => {
      await using peer = await mosquittoPeer()
      await using rig = await bridgeRig()
      const [here, there] = [await rig.broker.connect(), await peer.connect()]
      await here.mqtt.publishAsync('old/here', 'x', { qos: 2, retain: true })
      await there.mqtt.publishAsync('old/there', 'x', { qos: 2, retain: true })
      await rig.connected(
        await rig.bridge(peer.port, [{ direction: 'both', qos: 2 }], { config: { version } }),
      )
      await here.mqtt.publishAsync('new/here', 'x', { qos: 1, retain: true })
      await there.mqtt.publishAsync('new/there', 'x', { qos: 1, retain: true })
      const retained = (topic: string) => rig.broker.broker.retained(topic)?.payload.toString()
      await expect.poll(() => ['old/there', 'new/there'].map(retained), patient).toEqual(['x', 'x'])
      await expect
        .poll(async () => {
          const late = await peer.connect()
          await late.mqtt.subscribeAsync(['old/here', 'new/here'], { qos: 2 })
          await expect.poll(() => late.messages.length, { timeout: 1_000 }).toBe(2)
          return late.messages.toSorted()
        }, patient)
        .toEqual(['new/here x 1 retained', 'old/here x 1 retained'])
      await expect.poll(() => rig.broker.broker.counters()['queued'], patient).toBe(0)
    },
  )

  test.each(versions)('what waits while it is away arrives in order, once at QoS 2 (%s)', async (version) => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const bridge = await rig.bridge(peer.port, [{ direction: 'out', filter: 'a/#', qos: 2 }], {
      config: { version },
    })
    const there = await peer.connect({ clientId: 'there', clean: false })
    await there.mqtt.subscribeAsync('a/#', { qos: 2 })
    await rig.connected(bridge)
    const here = await rig.broker.connect()
    const expected: string[] = []
    const send = async (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        expected.push(`a/b ${number} 2`)
        await here.mqtt.publishAsync('a/b', String(number), { qos: 2 })
      }
    }
    await send(0, 50)
    await expect.poll(() => there.messages.length, patient).toBe(50)
    await peer.stop()
    await send(50, 350)
    expect(rig.stateOf(bridge.id)?.waiting.messages).toBeGreaterThanOrEqual(300)
    await peer.start()
    await send(350, 400)
    await expect.poll(() => there.messages, patient).toEqual(expected)
    await expect.poll(() => rig.stateOf(bridge.id)?.waiting.messages, patient).toBe(0)
  })

  test('the state stands in a topic here, and there if that is asked for', async () => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const there = await peer.connect()
    await there.mqtt.subscribeAsync('state/of/house')
    const bridge = await rig.bridge(peer.port, [{ direction: 'out' }], {
      name: 'cloud',
      statusTopic: 'state/of/house',
    })
    const state = () => rig.broker.broker.retained('$SYS/broker/connection/cloud/state')?.payload.toString()
    await expect.poll(state, patient).toBe('1')
    await there.received('state/of/house 1')
    await rig.bridges.remove(bridge.id)
    await there.received('state/of/house 1', 'state/of/house 0')
    expect(state()).toBe('0')
  })

  test.each(['mqttv311', 'mqttv50'])(
    'a bridge of Mosquitto comes in and stays, both ways, without an echo (%s)',
    async (version) => {
      await using rig = await bridgeRig()
      await using peer = await mosquittoPeer(
        `connection house
address 127.0.0.1:${rig.broker.port}
bridge_protocol_version ${version}
topic # both 2`,
      )
      const [here, there] = [await rig.broker.connect(), await peer.connect()]
      await here.mqtt.subscribeAsync('from/#', { qos: 2 })
      await there.mqtt.subscribeAsync(['from/#', 'probe'], { qos: 2 })
      await expect
        .poll(async () => {
          await here.mqtt.publishAsync('probe', 'x', { qos: 1 })
          return there.messages.length > 0
        }, patient)
        .toBe(true)
      await there.mqtt.unsubscribeAsync('probe')
      there.messages.length = 0
      for (let number = 0; number < 20; number++) {
        await here.mqtt.publishAsync('from/here', String(number), { qos: (number % 3) as 0 | 1 | 2 })
        await there.mqtt.publishAsync('from/there', String(number), { qos: (number % 3) as 0 | 1 | 2 })
      }
      await expect.poll(() => here.messages.length, patient).toBe(40)
      await expect.poll(() => there.messages.length, patient).toBe(40)
      await here.mqtt.publishAsync('from/end', 'x', { qos: 2 })
      await expect.poll(() => there.messages.at(-1), patient).toContain('end')
      expect([here.messages.length, there.messages.length]).toEqual([41, 41])
    },
  )

  test('says that nothing answers', async () => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const { port } = peer
    await peer.stop()
    const bridge = await rig.bridge(port, [{ direction: 'out' }])
    await expect.poll(() => rig.stateOf(bridge.id)?.problem?.code, patient).toBe('MQTT_NOTHING_ANSWERS')
  })

  test.each(versions)(
    'a line that breaks again and again loses nothing, and doubles nothing at QoS 2 (%s)',
    async (version) => {
      await using peer = await mosquittoPeer()
      await using rig = await bridgeRig()
      await using line = await shakyLine(peer.port)
      const map = { direction: 'both', filter: 'a/#', qos: 2 } as const
      const bridge = await rig.bridge(line.port, [map], { config: { version } })
      await rig.connected(bridge)
      const [here, there] = [await rig.broker.connect(), await peer.connect()]
      await here.mqtt.subscribeAsync('a/there', { qos: 2 })
      await there.mqtt.subscribeAsync('a/here', { qos: 2 })
      const numbers = Array.from({ length: 300 }, (_, number) => number)
      for (const number of numbers) {
        const options = { qos: 2 } as const
        await Promise.all([
          here.mqtt.publishAsync('a/here', String(number), options),
          there.mqtt.publishAsync('a/there', String(number), options),
        ])
        if (number % 60 === 30) line.cut()
        if (number % 60 === 59) await rig.connected(bridge)
      }
      const all = (topic: string) => numbers.map((number) => `${topic} ${number} 2`)
      await expect.poll(() => there.messages, patient).toEqual(all('a/here'))
      await expect.poll(() => here.messages, patient).toEqual(all('a/there'))
    },
  )

  test('by TLS, with a certificate of its own', async () => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const made = makeCertificates(peer.folder)
    const tlsPort = await freePort()
    const file = (name: string) => `${peer.folder}/${name}`
    await peer.restart(`listener ${tlsPort} 127.0.0.1
cafile ${file('ca.crt')}
certfile ${file('server.crt')}
keyfile ${file('server.key')}
require_certificate true
use_identity_as_username true
allow_anonymous false`)
    const config = { tls: true, caCertificate: made.ca }
    const withoutCertificate = await rig.bridge(tlsPort, [{ direction: 'out' }], { config })
    const problem = () => rig.stateOf(withoutCertificate.id)?.problem?.code
    await expect.poll(problem, patient).toBe('MQTT_CLIENT_CERTIFICATE')
    const bridge = await rig.bridge(tlsPort, [{ direction: 'out' }], {
      config: { ...config, ...made, serverName: 'broker.example' },
    })
    await rig.connected(bridge)
    expect(peer.log.join('\n')).toMatch(/as wirehouse-\S+ \(p5, c0, k60, u'house'\)/)
    const stranger = await rig.bridge(tlsPort, [{ direction: 'out' }], { config: { tls: true } })
    await expect.poll(() => rig.stateOf(stranger.id)?.problem?.code, patient).toBe('MQTT_CERTIFICATE')
  })

  test('a login that is refused is said, and not tried again at once', async () => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const port = await freePort()
    await peer.restart(`listener ${port} 127.0.0.1\nallow_anonymous false`)
    const bridge = await rig.bridge(port, [{ direction: 'out' }], { config: { user: 'a', password: 'b' } })
    await expect.poll(() => rig.stateOf(bridge.id)?.phase, patient).toBe('refused')
    const { problem, nextAt = 0 } = rig.stateOf(bridge.id) ?? {}
    expect(problem?.code).toBe('MQTT_LOGIN')
    expect(nextAt - Date.now()).toBeGreaterThan(40_000)
  })

  test.each(versions)('two bridges over the same topics do not lead in a circle (%s)', async (version) => {
    await using peer = await mosquittoPeer()
    await using rig = await bridgeRig()
    const map = { direction: 'both', filter: 'a/#', qos: 1 } as const
    const bridges = [
      await rig.bridge(peer.port, [map], { config: { version } }),
      await rig.bridge(peer.port, [map], { config: { version } }),
    ]
    for (const bridge of bridges) await rig.connected(bridge)
    const [here, there] = [await rig.broker.connect(), await peer.connect()]
    await here.mqtt.publishAsync('a/b', 'here', { qos: 1 })
    await there.mqtt.publishAsync('a/b', 'there', { qos: 1 })
    const carried = () =>
      bridges.map(({ id }) => {
        const { sent = 0, received = 0, returned = 0 } = rig.stateOf(id) ?? {}
        return [sent, received, returned]
      })
    const sum = () =>
      carried()
        .flat()
        .reduce((total, count) => total + count, 0)
    let before = -1
    await expect
      .poll(
        () => {
          const isStill = sum() === before && before > 0
          before = sum()
          return isStill
        },
        { ...patient, interval: 500 },
      )
      .toBe(true)
    expect(before).toBeLessThan(version === 'auto' ? 12 : 1_000)
  })
})
