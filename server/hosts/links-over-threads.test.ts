import { expect, test } from 'vitest'
import type { Delivery } from '#kit/flow-broker.ts'
import type { MqttPacket } from '#kit/mqtt.ts'
import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { promisedService } from '#kit/runtime/promised-service.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { mqttBrokerRuntime } from '#nodes/connections/mqtt/runtime.ts'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

/** An outside broker in the core, and a flow behind the border that takes from it and sends to it. */
function rigWithOutside() {
  const takers = new Set<(delivery: Delivery) => void>()
  const sent: MqttPacket[] = []
  let opened = 0
  let isRefusing = false
  const runtime = implementConnection(
    mqttBroker,
    mqttBrokerRuntime.shape as { publish: 'call'; subscribe: 'deliver' },
    () => {
      opened++
      return {
        link: promisedService({
          async publish(packet) {
            if (isRefusing) throw new NodeError('OUTSIDE_GONE', 'The outside broker is gone.')
            sent.push(packet)
          },
          subscribe(_filter, _qos, take) {
            takers.add(take)
            return { [Symbol.dispose]: () => void takers.delete(take) }
          },
        }),
      }
    },
  )
  const settings = () => ({ type: mqttBroker.type, name: 'Outside', config: { url: 'mqtt://outside' } })
  const rig = hostsRig({ connections: [runtime], settings })
  const flow = chain(
    'f',
    mqttIn('in', { broker: 'outside' }),
    code('if (message.payload === "bad") while (true); return message'),
    mqttOut('out', { broker: 'outside', qos: 0 }),
  )
  const packet = (text: string): MqttPacket => ({
    ...{ topic: 'in', payload: Buffer.from(text), qos: 1, retain: false },
  })
  return {
    rig,
    flow,
    takers,
    sent,
    opened: () => opened,
    refuse: () => {
      isRefusing = true
    },
    /** Delivers, and settles as the flow does. */
    deliver: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error))
        for (const take of takers) take({ packet: packet(text), settle, giveBack: settle, secure() {} })
      }),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  }
}

test('a message of a connection goes through a flow in a thread and back', async () => {
  await using outside = rigWithOutside()
  await outside.rig.deploy(outside.flow)
  await expect.poll(() => outside.takers.size).toBe(1)
  await outside.deliver('hello')
  expect(outside.sent.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()])).toEqual([
    ['out', 'hello'],
  ])
})

test('what the connection refuses is a failure of the node, with its code', async () => {
  await using outside = rigWithOutside()
  outside.refuse()
  await outside.rig.deploy(outside.flow)
  await expect.poll(() => outside.takers.size).toBe(1)
  await expect(outside.deliver('hello')).rejects.toThrow('The outside broker is gone.')
  await expect.poll(() => outside.rig.failures('f')).toEqual(['out OUTSIDE_GONE'])
})

test('what comes while a thread is started anew is not lost, and the connection stays open', async () => {
  await using outside = rigWithOutside()
  await outside.rig.deploy(outside.flow)
  await expect.poll(() => outside.takers.size).toBe(1)
  const bad = expect(outside.deliver('bad')).rejects.toMatchObject({ code: 'FUNCTION_STUCK' })
  await outside.deliver('hello')
  await bad
  expect([outside.takers.size, outside.opened()]).toEqual([1, 1])
  expect(outside.sent.length).toBe(1)
  await outside.rig.supervisor.stop('f')
  expect(outside.takers.size).toBe(0)
})

test('a connection that is opened anew has its nodes started again', async () => {
  await using outside = rigWithOutside()
  await outside.rig.deploy(outside.flow)
  await expect.poll(() => outside.takers.size).toBe(1)
  await outside.rig.supervisor.restartConnection('outside')
  expect(outside.opened()).toBe(2)
  await expect.poll(() => outside.takers.size).toBe(1)
  await outside.deliver('hello')
  expect(outside.sent.length).toBe(1)
})

test('a link-delivered message leaves nobody at work', async () => {
  await using outside = rigWithOutside()
  await outside.rig.deploy(outside.flow)
  await expect.poll(() => outside.takers.size).toBe(1)
  await outside.deliver('hello')
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(outside.rig.supervisor.restarts).toBe(0)
})

test('a built-in connection of the core answers a flow in a thread', async () => {
  await using rig = hostsRig()
  const push = { id: 'push', type: 'web-push', at: [0, 0] as [number, number], config: {} }
  await rig.deploy(chain('f', push))
  await expect(rig.supervisor.poke('f', 'push', 'in', { payload: 'x' })).rejects.toMatchObject({
    code: 'WEB_PUSH_NOBODY',
  })
})
