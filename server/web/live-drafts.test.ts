import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Role } from '../store/store.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
const sockets: Socket[] = []
beforeEach(async () => {
  rig = await webRig()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect()
  await rig[Symbol.asyncDispose]()
})

async function connected(role: Role): Promise<Socket> {
  const extraHeaders = { Authorization: `Bearer ${await rig.token(role)}` }
  const socket = io(rig.url, { transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true })
  sockets.push(socket)
  await heard(socket, 'connect')
  return socket
}
const heard = (socket: Socket, name: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(name, resolve))
const open = (socket: Socket, tab: string, flow = 'door'): Promise<unknown> =>
  socket.emitWithAck('flow:open', { flow, tab })

const change = {
  ...{ id: 'c1', step: 'c1', label: { code: 'describe', count: 1 } },
  operations: [{ kind: 'set', target: { kind: 'flow' }, fields: { name: 'Front door' } }],
}

test('a change goes to those who have the flow open, and the way back only to who has made it', async () => {
  const [owner, viewer, elsewhere] = [
    await connected('owner'),
    await connected('viewer'),
    await connected('viewer'),
  ]
  const etag = rig.house.readFlow('door').etag
  expect(await open(owner, 'one')).toMatchObject({ seq: 0, etag, people: [{ tab: 'one', name: 'owner' }] })
  await open(viewer, 'two')
  await open(elsewhere, 'three', 'cellar')
  const stray: unknown[] = []
  elsewhere.on('flow:changed', (event) => stray.push(event))
  const both = Promise.all([heard(owner, 'flow:changed'), heard(viewer, 'flow:changed')])
  const { status, json } = await rig.call('POST /api/flows/door/changes', { json: change })
  const [own, shown] = (await both) as { change: object }[]
  expect(status).toBe(200)
  expect(own).toEqual({ flow: 'door', change: json })
  expect(Object.keys(shown?.change ?? {})).not.toContain('inverse')
  expect(stray).toEqual([])
})

test('who looks may be seen, and may not change', async () => {
  const owner = await connected('owner')
  await open(owner, 'one')
  const viewer = await connected('viewer')
  const people = heard(owner, 'flow:people')
  await open(viewer, 'two')
  await rig.clock.advance(100)
  expect(await people).toMatchObject({ people: [{ name: 'owner' }, { name: 'viewer', nodes: [] }] })
  expect((await rig.call('POST /api/flows/door/changes', { json: change, as: 'viewer' })).status).toBe(403)
})

test('what somebody selects and types in is told, and a field that is left alone is free', async () => {
  const [owner, viewer] = [await connected('owner'), await connected('viewer')]
  await open(owner, 'one')
  await open(viewer, 'two')
  await rig.clock.advance(200)
  viewer.emit('flow:here', { flow: 'door', nodes: ['bell'], field: 'node bell topic' })
  const seen: { people: object[] }[] = []
  owner.on('flow:people', (event) => seen.push(event))
  await expect
    .poll(async () => {
      await rig.clock.advance(100)
      return seen.at(-1)?.people[1]
    })
    .toEqual({ tab: 'two', name: 'viewer', nodes: ['bell'], field: 'node bell topic' })
  await expect
    .poll(async () => {
      await rig.clock.advance(1_000)
      return seen.at(-1)?.people[1]
    })
    .toEqual({ tab: 'two', name: 'viewer', nodes: ['bell'] })
})

test('where somebody points is told to those who have the flow open, ten times a second', async () => {
  const [owner, viewer, elsewhere] = [
    await connected('owner'),
    await connected('viewer'),
    await connected('viewer'),
  ]
  await open(owner, 'one')
  await open(viewer, 'two')
  await open(elsewhere, 'three', 'cellar')
  const [seen, stray]: [unknown[], unknown[]] = [[], []]
  owner.on('flow:pointers', (event) => seen.push(event))
  elsewhere.on('flow:pointers', (event) => stray.push(event))
  for (let x = 0; x < 20; x++) viewer.emit('flow:point', { flow: 'door', in: 'lamp', at: [x, 2] })
  await open(viewer, 'two') // what was sent before it has arrived
  await rig.clock.advance(100)
  const pointer = { tab: 'two', name: 'viewer', in: 'lamp' }
  await expect.poll(() => seen).toEqual([{ flow: 'door', pointers: [{ ...pointer, at: [19, 2] }] }])
  viewer.emit('flow:point', { flow: 'door', in: 'lamp' })
  await open(viewer, 'two')
  await rig.clock.advance(100)
  await expect.poll(() => seen.at(-1)).toEqual({ flow: 'door', pointers: [pointer] })
  expect(stray).toEqual([])
})

test('nonsense about a pointer, and one on a flow that is not open, is told to nobody', async () => {
  const [owner, viewer] = [await connected('owner'), await connected('viewer')]
  await open(owner, 'one')
  const seen: unknown[] = []
  owner.on('flow:pointers', (event) => seen.push(event))
  const nonsense = [
    7,
    { flow: 'door', at: [1] },
    { flow: 'door', at: [1e9, 0] },
    { flow: '../x', at: [1, 2] },
  ]
  for (const body of nonsense) owner.emit('flow:point', body)
  viewer.emit('flow:point', { flow: 'door', at: [1, 2] })
  await open(viewer, 'two', 'cellar')
  owner.emit('flow:point', { flow: 'door', at: [3, 4] })
  await open(owner, 'one')
  await rig.clock.advance(100)
  await expect
    .poll(() => seen)
    .toEqual([{ flow: 'door', pointers: [{ tab: 'one', name: 'owner', at: [3, 4] }] }])
})

test('who goes is gone for the others', async () => {
  const [owner, viewer] = [await connected('owner'), await connected('viewer')]
  await open(owner, 'one')
  await open(viewer, 'two')
  viewer.disconnect()
  const seen: { people: object[] }[] = []
  owner.on('flow:people', (event) => seen.push(event))
  await expect
    .poll(async () => {
      await rig.clock.advance(100)
      return seen.at(-1)?.people.length
    })
    .toBe(1)
})

test.each<[string, unknown, string]>([
  ['a flow that does not stand', { flow: 'nothing', tab: 'one' }, 'FLOW_UNKNOWN'],
  ['no flow', { tab: 'one' }, 'FLOW_ID'],
  ['an id that is none', { flow: '../door', tab: 'one' }, 'FLOW_ID'],
  ['nonsense', 'door', 'FLOW_ID'],
])('opening %s is answered with a reason', async (_what, body, code) => {
  const socket = await connected('viewer')
  expect(await socket.emitWithAck('flow:open', body)).toMatchObject({ code })
})

test('nonsense about where somebody is changes nothing', async () => {
  const owner = await connected('owner')
  await open(owner, 'one')
  await rig.clock.advance(200)
  for (const body of [7, { flow: 'door', nodes: 'all' }, { flow: 'door', nodes: Array(201).fill('a') }])
    owner.emit('flow:here', body)
  owner.emit('flow:here', { flow: 'cellar', nodes: ['a'] })
  owner.emit('flow:close', { $ne: 1 })
  expect(await open(owner, 'one')).toMatchObject({ people: [{ tab: 'one', nodes: [] }] })
})

test('one tab has not more than so many flows open', async () => {
  const owner = await connected('owner')
  for (let at = 0; at < 20; at++) {
    const id = `f${at}`
    await rig.call(`PUT /api/flows/${id}`, { json: { format: 'wirehouse/flow@1', id, name: id } })
    await open(owner, 'one', id)
  }
  expect(await open(owner, 'one')).toMatchObject({ code: 'WATCH_TOO_MANY' })
})

test('what was missed is answered, and the draft with its own changes', async () => {
  const { etag } = rig.house.readFlow('door')
  const { json } = await rig.call('POST /api/flows/door/changes', { json: change })
  const missed = await rig.call(`GET /api/flows/door/changes?since=1&etag=${json.etag}`)
  expect(missed.json).toEqual({ changes: [] })
  expect(
    (await rig.call(`GET /api/flows/door/changes?since=0&etag=${etag}`, { as: 'viewer' })).json,
  ).toMatchObject({
    seq: 1,
    own: [],
  })
  expect((await rig.call('GET /api/flows/door/draft')).json).toMatchObject({
    ...{ seq: 1, etag: json.etag, flow: { name: 'Front door' }, own: [{ id: 'c1' }] },
  })
  expect((await rig.call('GET /api/flows/door/history')).json).toMatchObject([{ id: 'c1', by: 'owner' }])
  expect((await rig.call('POST /api/flows/door/changes', { json: { id: 'x' } })).status).toBe(422)
})
