import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from '../web/rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const rule = {
  ...{ subject: { kind: 'everyone' }, actions: ['publish'], filter: 'home/#', effect: 'deny' },
  ...{ maxQoS: 2, retain: true, note: '' },
}
const bot = (name: string, config = {}) => ({ json: { type: 'telegram-bot', name, config } })
const list = async (as: 'owner' | 'editor' | 'viewer' = 'owner') =>
  (await rig.call('GET /api/log', { as })).json
const told = async () =>
  (await list()).map(({ kind, what, name, undoes, undoneBy }: Record<string, unknown>) =>
    [kind, what, name, undoes && `undoes ${undoes}`, undoneBy && `undone by ${undoneBy}`]
      .filter(Boolean)
      .join(' '),
  )
const undo = (number: number, as: 'owner' | 'editor' = 'owner') =>
  rig.call(`POST /api/log/${number}/undo`, { as })

test('what is done to a connection is recorded, taken back, and done again', async () => {
  const made = await rig.call('PUT /api/connections/bot', bot('Bot', { token: 'secret' }))
  expect(made.headers.get('Wirehouse-Change')).toBe('1 connection created')
  await rig.call('PUT /api/connections/bot', bot('Other'))
  await rig.call('DELETE /api/connections/bot')
  expect(await told()).toEqual([
    'connection deleted Other',
    'connection changed Other',
    'connection created Bot',
  ])
  expect((await undo(3)).status).toBe(200)
  expect((await undo(2)).status).toBe(200)
  expect(rig.house.listConnections()).toMatchObject([{ id: 'bot', name: 'Bot', secretsSet: ['token'] }])
  expect((await undo(5)).status).toBe(200)
  expect(rig.house.listConnections()).toMatchObject([{ name: 'Other', secretsSet: [] }])
})

test('no answer holds a secret, sealed or not', async () => {
  await rig.call('PUT /api/connections/bot', bot('Bot', { token: 'secret' }))
  await rig.call('DELETE /api/connections/bot')
  const texts = [(await rig.call('GET /api/log')).text, (await undo(2)).text]
  for (const text of texts) expect(text).not.toMatch(/sealed|secret|token/)
})

test('what has been changed again, or undone, is not undone', async () => {
  await rig.call('PUT /api/connections/bot', bot('Bot'))
  await rig.call('PUT /api/connections/bot', bot('Other'))
  expect((await undo(1)).json).toMatchObject({ code: 'LOG_SUPERSEDED' })
  await undo(2)
  expect((await undo(2)).json).toMatchObject({ code: 'LOG_UNDONE' })
  for (const path of ['99', '0', 'x', '1e3'])
    expect((await rig.call(`POST /api/log/${path}/undo`)).json).toMatchObject({ code: 'LOG_UNKNOWN' })
})

test('a flow that was deleted comes back; one that was made goes', async () => {
  await rig.call('DELETE /api/flows/door')
  expect((await undo(1)).status).toBe(200)
  expect((await rig.call('GET /api/flows/door')).status).toBe(200)
  await rig.call('PUT /api/flows/attic', { json: { format: 'wirehouse/flow@1', id: 'attic', name: 'Attic' } })
  await rig.call('PUT /api/flows/attic', { json: { format: 'wirehouse/flow@1', id: 'attic', name: 'Roof' } })
  expect(await told()).toEqual([
    'flow created Attic',
    'flow created door undoes 1',
    'flow deleted door undone by 2',
  ])
  await undo(3)
  expect((await rig.call('GET /api/flows/attic')).status).toBe(404)
})

test('each imported flow is recorded', async () => {
  const flow = (id: string) => ({ format: 'wirehouse/flow@1', id, name: id })
  const body = JSON.stringify({ format: 'wirehouse/flows@1', flows: [flow('one'), flow('two')] })
  await rig.call('POST /api/import', { body, headers: { 'Content-Type': 'application/json' } })
  expect(await told()).toEqual(['flow created two', 'flow created one'])
})

test('rules and settings of the broker go back to what they were', async () => {
  const { json } = await rig.call('POST /api/broker/rules', { json: rule })
  await rig.call(`PUT /api/broker/rules/${json.id}`, { json: { ...rule, filter: 'attic/#' } })
  await rig.call(`DELETE /api/broker/rules/${json.id}`)
  const before = (await rig.call('GET /api/broker/doors')).json
  const flipped = Object.fromEntries(
    Object.entries(before).map(([key, value]) => [key, typeof value === 'boolean' ? !value : value]),
  )
  await rig.call('PUT /api/broker/doors', { json: flipped })
  expect(await told()).toEqual([
    'doors changed',
    'rule deleted attic/#',
    'rule changed attic/#',
    'rule created home/#',
  ])
  for (const number of [4, 3, 2]) expect((await undo(number)).status).toBe(200)
  expect((await rig.call('GET /api/broker/rules')).json).toContainEqual({ id: json.id, ...rule })
  expect((await rig.call('GET /api/broker/doors')).json).toEqual(before)
})

test('what changes nothing, or fails, is not recorded', async () => {
  await rig.call('PUT /api/broker/doors', { json: (await rig.call('GET /api/broker/doors')).json })
  await rig.call('DELETE /api/connections/nothing')
  await rig.call('PUT /api/broker/doors', { json: { anything: 1 } })
  expect(await list()).toEqual([])
})

test('each sees and undoes what they may do', async () => {
  await rig.call('POST /api/broker/rules', { json: rule })
  await rig.call('PUT /api/connections/bot', { ...bot('Bot'), as: 'editor' })
  expect((await list('editor')).map(({ kind }: { kind: string }) => kind)).toEqual(['connection'])
  expect(await list('viewer')).toEqual([])
  expect((await undo(1, 'editor')).status).toBe(404)
  expect((await undo(2, 'editor')).json).toMatchObject({ by: 'editor', what: 'deleted' })
})

test('a bridge comes back under its id, and goes back to what it was', async () => {
  const path = '/api/broker/bridges'
  const before = (await rig.call(`GET ${path}`)).json
  const [{ id, ...cloud }] = before
  await rig.call(`PUT ${path}/${id}`, { json: { ...cloud, name: 'Sky' } })
  await rig.call(`DELETE ${path}/${id}`)
  expect(await told()).toEqual(['bridge deleted Sky', 'bridge changed Sky'])
  expect((await undo(2)).status).toBe(200)
  expect((await undo(1)).status).toBe(200)
  expect((await rig.call(`GET ${path}`)).json).toEqual(before)
  await rig.call(`POST ${path}`, { json: { ...cloud, name: 'Other' } })
  expect((await undo(5)).status).toBe(200)
  expect((await rig.call(`GET ${path}`)).json).toEqual(before)
})

test('who is let into the house stands in the log with who has seen to it, and nothing brings that back', async () => {
  const eve = { name: 'Eve', role: 'viewer', password: 'a long password' }
  const made = await rig.call('POST /api/users', { json: eve })
  expect(made.headers.get('Wirehouse-Change')).toBeNull()
  await rig.call('PUT /api/users/Eve/password', { json: { password: 'another long one' } })
  await rig.call('DELETE /api/users/Eve')
  expect(await list()).toMatchObject([
    { kind: 'user', what: 'deleted', name: 'Eve', by: 'owner', isFinal: true },
    { kind: 'user', what: 'changed', name: 'Eve' },
    { kind: 'user', what: 'created', name: 'Eve' },
  ])
  for (const number of [1, 2, 3]) expect((await undo(number)).json).toMatchObject({ code: 'LOG_FINAL' })
  expect((await rig.call('GET /api/log')).text).not.toContain('password')
})

test('of tokens, everybody sees the own ones in the log, and the owner all', async () => {
  const { json } = await rig.call('POST /api/tokens', { as: 'viewer', json: { name: 'Clock' } })
  await rig.call(`DELETE /api/tokens/${json.id}`, { as: 'viewer' })
  const lines = ['token deleted Clock', 'token created Clock']
  expect(await told()).toEqual(lines)
  expect((await list('viewer')).map(({ what }: { what: string }) => what)).toEqual(['deleted', 'created'])
  expect(await list('editor')).toEqual([])
  expect((await undo(1, 'editor')).json).toMatchObject({ code: 'LOG_UNKNOWN' })
})
