import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

test('an owner ends a connection, or has a session forgotten', async () => {
  expect((await rig.call('DELETE /api/broker/clients/there')).status).toBe(204)
  expect((await rig.call('DELETE /api/broker/clients/there?forget=true')).status).toBe(204)
  expect(rig.broker.ended).toEqual(['owner ended there', 'owner forgot there'])
  const gone = await rig.call('DELETE /api/broker/clients/a%2Fb')
  expect([gone.status, gone.json.code, gone.json.values]).toEqual([404, 'CLIENT_UNKNOWN', { id: 'a/b' }])
})

test('limits are shown with their defaults, set, and take effect', async () => {
  const { limits: defaults, ranges } = (await rig.call('GET /api/broker/limits', { as: 'viewer' })).json
  expect(ranges.connections).toEqual({ default: defaults.connections, minimum: 10, maximum: 10_000 })
  const changed = { ...defaults, connections: 20, messagesPerSecond: 0 }
  expect((await rig.call('PUT /api/broker/limits', { json: changed })).json).toEqual(changed)
  expect(rig.broker.limits).toEqual(changed)
  expect((await rig.call('GET /api/broker/limits')).json.limits).toEqual(changed)
  expect((await rig.call('PUT /api/broker/limits', { json: {} })).json).toEqual(defaults)
})

test.each([{ connections: 0 }, { packetBytes: 1e12 }, { topicLevels: 'many' }])(
  'limits out of their range are refused: %o',
  async (json) => {
    expect((await rig.call('PUT /api/broker/limits', { json })).status).toBe(422)
    expect(rig.broker.limits).toEqual({})
  },
)

test('tells who was refused and why', async () => {
  for (const { id } of rig.access.rules()) await rig.access.removeRule(id)
  await rig.call('POST /api/mqtt/a', { as: 'device' })
  const { json } = await rig.call('GET /api/broker/refusals', { as: 'viewer' })
  expect(json).toMatchObject([{ code: 'MQTT_PUBLISH_REFUSED', values: { user: 'device', topic: 'a' } }])
})
