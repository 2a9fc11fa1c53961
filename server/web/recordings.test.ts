import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
  const flow = { ...emptyFlow('door', 'Door'), wires: [['bell.out', 'quiet.in']] }
  await rig.call('PUT /api/flows/door?lenient=true', { json: flow })
})
afterEach(() => rig[Symbol.asyncDispose]())

const messages = [{ at: 1_000, to: 'quiet.in', topic: 'home/door', payload: { on: true } }]

test('a recording is begun, ended, downloaded as a file, uploaded again, renamed and deleted', async () => {
  const json = { name: 'Monday', wires: ['bell.out quiet.in'] }
  const begun = await rig.call('POST /api/flows/door/recordings', { json })
  expect([begun.status, begun.json]).toMatchObject([201, { name: 'Monday', flow: 'door', by: 'owner' }])
  rig.house.recorded = messages.map((message) => JSON.stringify(message))
  const ended = await rig.call(`POST /api/recordings/${begun.json.id}/stop`)
  expect(ended.json).toMatchObject({ count: 1, endedAt: expect.any(Number) })

  const file = await rig.call(`GET /api/recordings/${begun.json.id}`)
  expect(file.headers.get('Content-Disposition')).toContain('Monday.recording.json')
  expect(file.json.messages).toEqual(messages)
  const again = await rig.call('POST /api/flows/door/recordings/upload', { json: file.json })
  expect(again.status).toBe(201)

  await rig.call(`PUT /api/recordings/${again.json.id}`, { json: { name: 'Tuesday' } })
  expect((await rig.call(`DELETE /api/recordings/${begun.json.id}`)).status).toBe(204)
  const list = await rig.call('GET /api/flows/door/recordings', { as: 'viewer' })
  expect(list.json).toMatchObject([{ id: again.json.id, name: 'Tuesday', count: 1 }])
})

test('a replay begins, says how it stands, and is stopped', async () => {
  await rig.call('POST /api/flows/door/deploy', { json: {} })
  const late = [...messages, { ...messages[0], at: 60_000 }]
  const { id } = (
    await rig.call('POST /api/flows/door/recordings/upload', { json: { name: 'x', messages: late } })
  ).json
  const begun = await rig.call(`POST /api/recordings/${id}/replay`, { json: { speed: 2 } })
  expect([begun.status, begun.json]).toMatchObject([200, { speed: 2, total: 2, by: 'owner', isMuted: false }])
  expect((await rig.call('GET /api/flows/door/replay')).json).toMatchObject({ recording: id })
  expect((await rig.call('POST /api/flows/door/replay/stop')).status).toBe(200)
  expect((await rig.call('GET /api/flows/door/replay')).json).toBeNull()
  expect((await rig.call(`POST /api/recordings/${id}/rehearse`)).json).toMatchObject({ steps: [] })
})

test.each([
  ['POST /api/flows/door/recordings', { name: 'x', wires: [] }],
  ['POST /api/flows/door/recordings', { name: ' ', wires: ['bell.out quiet.in'] }],
  ['POST /api/flows/door/recordings/upload', { name: 'x', messages: [] }],
  ['POST /api/flows/door/recordings/upload', { name: 'x', messages: [{ at: -1, to: 'quiet.in' }] }],
  ['POST /api/flows/door/recordings/upload', { name: 'x', messages: [{ at: 1, to: '../etc' }] }],
  ['POST /api/recordings/x/replay', { speed: 0.5 }],
  ['POST /api/recordings/x/replay', { speed: 101 }],
])('%s refuses %j', async (route, json) => {
  expect(await rig.call(route, { json })).toMatchObject({ status: 422, json: { code: 'BODY_SHAPE' } })
})

test.each([
  'GET /api/recordings/nothing',
  'DELETE /api/recordings/..%2Fwirehouse',
  'POST /api/recordings/x/rehearse',
])('%s finds nothing', async (route) => {
  expect((await rig.call(route)).json.code).toBe('RECORDING_UNKNOWN')
})
