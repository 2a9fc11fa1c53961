import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

const ids = ({ json }: { readonly json: readonly { readonly id: string }[] }) => json.map(({ id }) => id)

test('lists alarms by their state', async () => {
  expect(ids(await rig.call('GET /api/alarms'))).toEqual(['a', 'b', 'c'])
  expect(ids(await rig.call('GET /api/alarms?state=open', { as: 'viewer' }))).toEqual(['a'])
  expect(ids(await rig.call('GET /api/alarms?state=acknowledged,open'))).toEqual(['a', 'b'])
  expect(await rig.call('GET /api/alarms?state=wrong')).toMatchObject({
    status: 400,
    json: { code: 'QUERY_VALUE' },
  })
})

test('shows what a person needs, and nothing of what drives it', async () => {
  const { json } = await rig.call('GET /api/alarms?state=open')
  expect(json).toEqual([
    {
      ...{ id: 'a', flow: 'door', node: 'alarm', key: 'door', title: 'Door', state: 'open' },
      ...{ since: 1_000, lastAt: 2_000, count: 3, step: 1, steps: 3, nextStepAt: 121_000 },
    },
  ])
})

test.each(['acknowledge', 'quiet', 'close'])('%s is done in the name of who is signed in', async (action) => {
  const { status, json } = await rig.call(`POST /api/alarms/a/${action}`, { as: 'editor' })
  expect([status, json.id]).toEqual([200, 'a'])
  expect(rig.house.alarms.answers.at(-1)).toEqual({ id: 'a', action, by: 'editor' })
})

test('an alarm that is gone is a 404', async () => {
  expect(await rig.call('POST /api/alarms/gone/acknowledge')).toMatchObject({
    status: 404,
    json: { code: 'ALARM_UNKNOWN' },
  })
})
