import { io } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Role } from '../store/store.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const browser = 'browser-1'
const wire = 'bell.out quiet.in'
const ask = (route: string, body?: unknown, as: Role = 'editor') =>
  rig.call(route, { as, ...(body !== undefined && { json: body }) })

test('a breakpoint is set, seen and taken away', async () => {
  const condition = { property: 'payload.t', operator: '>', value: 20 }
  const set = await ask('PUT /api/flows/door/breakpoints', { wire, condition, browser })
  expect(set.json).toMatchObject({ flow: 'door', breakpoints: [{ wire, condition }], isSafe: false })
  expect((await ask('GET /api/flows/door/control', undefined, 'viewer')).json).toEqual(set.json)
  await ask(`DELETE /api/flows/door/breakpoints?wire=${encodeURIComponent(wire)}`)
  expect((await ask('GET /api/flows/door/control')).json.breakpoints).toEqual([])
})

test('safe mode is switched, and held by whoever switched it', async () => {
  const on = await ask('PUT /api/flows/door/safe-mode', { on: true, browser })
  expect(on.json).toMatchObject({ isSafe: true, safeBy: expect.any(String) })
  expect((await ask('POST /api/flows/door/control/renew', { browser })).json).toEqual({ held: true })
  expect((await ask('POST /api/flows/door/control/renew', { browser: 'another-1' })).json).toEqual({
    held: false,
  })
})

test('a message that is stopped is let go once', async () => {
  expect((await ask('POST /api/flows/door/stopped/1', { action: 'step' })).status).toBe(200)
  expect((await ask('POST /api/flows/door/stopped/2', { action: 'step' })).json.code).toBe('STOP_GONE')
})

test.each([
  ['PUT /api/flows/door/breakpoints', { wire: 'bell', browser }, 422],
  ['PUT /api/flows/door/breakpoints', { wire: `${'x'.repeat(70)}.out b.in`, browser }, 422],
  ['PUT /api/flows/door/breakpoints', { wire, browser: '../etc' }, 422],
  [
    'PUT /api/flows/door/breakpoints',
    { wire, browser, condition: { property: 'payload', operator: 'eval' } },
    422,
  ],
  [
    'PUT /api/flows/door/breakpoints',
    { wire, browser, condition: { property: 'payload', operator: 'changed' } },
    422,
  ],
  [
    'PUT /api/flows/door/breakpoints',
    { wire, browser, condition: { property: 'payload', operator: '>', value: {} } },
    422,
  ],
  [
    'PUT /api/flows/door/breakpoints',
    { wire, browser, condition: { match: 'some', conditions: [{ property: 'payload', operator: 'true' }] } },
    422,
  ],
  ['PUT /api/flows/door/breakpoints', { wire, browser, condition: { match: 'all', conditions: [] } }, 422],
  [
    'PUT /api/flows/door/breakpoints',
    {
      wire,
      browser,
      condition: { match: 'all', conditions: [{ property: 'payload', operator: 'changed' }] },
    },
    422,
  ],
  [
    'PUT /api/flows/door/breakpoints',
    {
      wire,
      browser,
      condition: { match: 'all', conditions: Array(21).fill({ property: 'a', operator: 'true' }) },
    },
    422,
  ],
  ['PUT /api/flows/door/safe-mode', { on: 'yes', browser }, 422],
  ['PUT /api/flows/nothing/safe-mode', { on: true, browser }, 404],
  ['POST /api/flows/door/stopped/1', { action: 'explode' }, 422],
  ['POST /api/flows/door/stopped/x', { action: 'drop' }, 404],
])('%s refuses %j', async (route, body, status) => {
  expect((await ask(route, body)).status).toBe(status)
})

test('a viewer holds nothing', async () => {
  expect((await ask('PUT /api/flows/door/safe-mode', { on: true, browser }, 'viewer')).status).toBe(403)
})

async function connected(role: Role) {
  const headers = { Authorization: `Bearer ${await rig.token(role)}` }
  const socket = io(rig.url, {
    transports: ['websocket'],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  })
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
  return { socket, [Symbol.dispose]: () => void socket.disconnect() }
}

test('who watches is told how the flow is steered, now and from then on', async () => {
  using viewer = await connected('viewer')
  const told: unknown[] = []
  viewer.socket.on('flow:control', ({ isSafe }) => told.push(isSafe))
  await viewer.socket.emitWithAck('watch', 'door')
  await expect.poll(() => told).toEqual([false])
  await ask('PUT /api/flows/door/safe-mode', { on: true, browser })
  await expect.poll(() => told).toEqual([false, true])
})

test('a browser that holds a flow is asked whether it is there, and its answer renews', async () => {
  using editor = await connected('editor')
  const renewed: unknown[] = []
  rig.house.controls.renew = (flow, holder) => renewed.push([flow, holder.browser]) > 0
  editor.socket.on('control:ask', (answer: () => void) => answer())
  editor.socket.emit('control:hold', { flow: 'door', browser })
  await expect.poll(() => renewed).toEqual([['door', browser]])
  await rig.clock.advance(10_000)
  await expect.poll(() => renewed).toHaveLength(2)
})

test.each([
  ['a viewer', 'viewer', { flow: 'door', browser }],
  ['nonsense', 'editor', { flow: { $ne: 1 }, browser }],
] as const)('%s renews nothing', async (_who, role, hold) => {
  using client = await connected(role)
  const renewed: unknown[] = []
  rig.house.controls.renew = (flow) => renewed.push(flow) > 0
  client.socket.emit('control:hold', hold)
  await client.socket.emitWithAck('watch', 'door')
  expect(renewed).toEqual([])
})
