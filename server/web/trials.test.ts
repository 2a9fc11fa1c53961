import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const tests = [{ name: 'rings', send: [{ to: 'bell', at: 0, payload: 1 }], expect: [], within: 60_000 }]

test('the tests that a draft carries are run, or those that are sent', async () => {
  await rig.call('PUT /api/flows/door', { json: { ...emptyFlow('door', 'Door'), tests } })
  const carried = await rig.call('POST /api/flows/door/test')
  expect([carried.status, carried.json]).toEqual([
    200,
    { results: [{ name: 'rings', isPassed: true, tookMs: 1, differences: [] }] },
  ])
  const sent = await rig.call('POST /api/flows/door/test', {
    json: { tests: [{ ...tests[0], name: 'mine' }] },
  })
  expect(sent.json.results[0].name).toBe('mine')
  expect((await rig.call('POST /api/flows/nothing/test')).json.code).toBe('FLOW_UNKNOWN')
})

test('messages are rehearsed', async () => {
  const play = { send: tests[0]?.send, within: 1_000 }
  expect((await rig.call('POST /api/flows/door/rehearse', { json: play })).json).toMatchObject({ steps: [] })
  expect(rig.house.trials).toEqual([{ id: 'door', play }])
})

test.each([
  ['test', { tests: [{ name: '' }] }],
  ['test', { tests: 'all' }],
  ['rehearse', { send: [{ to: 'x', at: -1 }] }],
  ['rehearse', { send: [], within: 1e15 }],
  ['rehearse', undefined],
])('what cannot be tried by "%s" is refused: %j', async (what, json) => {
  const { status, json: answer } = await rig.call(`POST /api/flows/door/${what}`, json ? { json } : {})
  expect([status, answer.code]).toEqual(json ? [422, 'BODY_SHAPE'] : [400, 'BODY_MISSING'])
})

test('a deploy leaves tests out only where that is said', async () => {
  await rig.call('POST /api/flows/door/deploy', { json: {} })
  await rig.call('POST /api/flows/cellar/deploy', { json: { skipTests: true } })
  expect(rig.house.skipped).toEqual(['cellar'])
})
