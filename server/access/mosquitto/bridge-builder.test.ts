import { expect, test } from 'vitest'
import type { BridgeBody } from '#server/bridges/bridge.ts'
import { bridgeBuilder } from './bridge-builder.ts'
import type { ImportedBridge } from './plan.ts'
import { readMosquitto } from './read-mosquitto.ts'

const conf = `connection cloud
address broker.example:8883
bridge_cafile /etc/ca.crt
remote_username house
remote_password sesame
remote_clientid house-1
topic sensors/# out 1 home/ house/
topic "" in 0 door open/door
`
const imported = (text = conf): ImportedBridge => readMosquitto({ conf: text }).bridges[0] ?? expect.fail()

function rig({ isFull = false } = {}) {
  const added: BridgeBody[] = []
  const connections = new Map<string, unknown>()
  const builder = bridgeBuilder({
    bridges: {
      list: () => [],
      add: async (body) => {
        if (isFull) throw new Error('full')
        added.push(body)
        return { ...body, id: 'one' }
      },
    },
    house: {
      saveConnection: async (id, body) => {
        connections.set(id, body)
        return { id, ...body, secretsSet: [] }
      },
      deleteConnection: async (id) => {
        connections.delete(id)
      },
    },
  })
  return { builder, added, connections }
}

test('a bridge becomes a connection with its login, and a bridge that is switched off', async () => {
  const { builder, added, connections } = rig()
  expect(builder.problem(imported())).toBeUndefined()
  await builder.build(imported())
  const [[id, connection] = []] = [...connections]
  expect(connection).toEqual({
    ...{ type: 'mqtt', name: 'cloud' },
    config: { host: 'broker.example', port: 8883, tls: true, user: 'house', password: 'sesame' },
  })
  expect(added).toEqual([
    {
      ...{ name: 'cloud', enabled: false, connection: id, clientId: 'house-1', statusTopic: '' },
      maps: [
        { direction: 'out', filter: 'sensors/#', localPrefix: 'home/', remotePrefix: 'house/', qos: 1 },
        { direction: 'in', filter: '', localPrefix: 'door', remotePrefix: 'open/door', qos: 0 },
      ],
    },
  ])
})

test('if it cannot be made, its connection goes again', async () => {
  const { builder, connections } = rig({ isFull: true })
  await expect(builder.build(imported())).rejects.toThrow('full')
  expect(connections.size).toBe(0)
})

test.each([
  ['without topics', 'connection a\naddress b', 'MOSQUITTO_BRIDGE_EMPTY'],
  ['with an impossible port', 'connection a\naddress b:99999\ntopic #', 'MOSQUITTO_BRIDGE_FORM'],
  ['with a long name', `connection ${'a'.repeat(80)}\naddress b\ntopic #`, 'MOSQUITTO_BRIDGE_FORM'],
  ['with a slash in its name', 'connection a/b\naddress b\ntopic #', 'BRIDGE_NAME'],
  ['with a wrong topic', 'connection a\naddress b\ntopic a#', 'BRIDGE_MAP'],
  ['for what a broker says of itself', 'connection a\naddress b\ntopic $SYS/# in', 'BRIDGE_TOPIC_RESERVED'],
])('one %s cannot be made', (_, text, code) => {
  expect(rig().builder.problem(imported(text))?.code).toBe(code)
})
