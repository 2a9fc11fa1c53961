import { once } from 'node:events'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { NodeDebugEvent } from '#server/house/house.ts'
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

function open(extraHeaders: Record<string, string>, transports = ['websocket']): Socket {
  const socket = io(rig.url, { transports, extraHeaders, reconnection: false, forceNew: true })
  sockets.push(socket)
  return socket
}

async function connected(role: Role = 'viewer', transports?: string[]): Promise<Socket> {
  const socket = open({ Authorization: `Bearer ${await rig.token(role)}` }, transports)
  await heard(socket, 'connect')
  return socket
}

/** The next event of this name. */
const heard = (socket: Socket, name: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(name, resolve))
const watch = (socket: Socket, flow: unknown): Promise<unknown> => socket.emitWithAck('watch', flow)

const debugEvent = (payload: unknown, flow = 'door'): NodeDebugEvent => ({
  flow,
  node: 'show',
  at: 1,
  message: { id: 'm1', payload },
})

test.each([['websocket'], ['polling']])('a client that may read hears what flows do, by %s', async (way) => {
  const socket = await connected('viewer', [way])
  const deployed = heard(socket, 'flow:deployed')
  rig.house.events.emit('flow:deployed', { flow: 'door', revision: 2 })
  expect(await deployed).toEqual({ flow: 'door', revision: 2 })
  const changed = heard(socket, 'connections:changed')
  rig.house.events.emit('connections:changed')
  await changed
})

test.each([
  ['flow:trusted', { flow: 'door', trusted: false }],
  ['flow:quarantined', { flow: 'door', quarantine: { at: 1, code: 'FUNCTION_STUCK', message: 'Stuck.' } }],
  ['flows:held-back', { flows: ['door'] }],
] as const)('everybody hears %s', async (name, event) => {
  const told = heard(await connected(), name)
  rig.house.events.emit(name, event as never)
  expect(await told).toEqual(event)
})

test('a browser session is as good as a token', async () => {
  const cookie = `wirehouse_session=${await rig.users.openSession('owner')}`
  const socket = open({ Cookie: cookie, Origin: rig.url })
  await heard(socket, 'connect')
  expect(socket.connected).toBe(true)
})

test.each([
  ['a stranger', async () => ({})],
  ['a wrong token', async () => ({ Authorization: 'Bearer guess' })],
  ['a device', async () => ({ Authorization: `Bearer ${await rig.token('device')}` })],
  [
    'a page of another site',
    async () => ({ Authorization: `Bearer ${await rig.token('owner')}`, Origin: 'http://evil.example' }),
  ],
])('%s is refused', async (_who, headers) => {
  for (const way of ['websocket', 'polling']) {
    const socket = open(await headers(), [way])
    await heard(socket, 'connect_error')
    expect(socket.connected).toBe(false)
  }
})

test('watching answers the statuses and has the house report the flow, until the last one leaves', async () => {
  rig.house.statuses = [{ flow: 'door', node: 'bell', state: 'ok', at: 1 }]
  const [one, other] = [await connected(), await connected()]
  expect([await watch(one, 'door'), await watch(other, 'door')]).toEqual([
    rig.house.statuses,
    rig.house.statuses,
  ])
  expect(rig.house.watched).toEqual(['door'])
  one.disconnect()
  other.emit('unwatch', 'door')
  await watch(other, 'cellar')
  await expect.poll(() => rig.house.watched).toEqual(['cellar'])
})

test('a watch that makes no sense is answered with a reason', async () => {
  const socket = await connected()
  expect(await watch(socket, 'nothing')).toMatchObject({ code: 'FLOW_UNKNOWN' })
  expect(await watch(socket, { $ne: 1 })).toMatchObject({ code: 'FLOW_ID' })
})

test('a fault while watching is answered and logged, and nothing else stops', async () => {
  const socket = await connected()
  rig.house.nodeStatuses = () => {
    throw new TypeError('no such thing')
  }
  expect(await watch(socket, 'door')).toMatchObject({ code: 'INTERNAL' })
  expect(rig.logs.join('')).toContain('no such thing')
  expect((await rig.call('GET /api/health')).status).toBe(200)
})

test('events of nodes go to those who watch their flow', async () => {
  const socket = await connected()
  await watch(socket, 'door')
  const seen: unknown[] = []
  for (const name of ['node:debug', 'node:log', 'wire:activity'])
    socket.on(name, (event) => seen.push([name, event]))
  rig.house.events.emit('node:debug', debugEvent('other', 'cellar'))
  rig.house.events.emit('node:debug', debugEvent(new Uint8Array([1, 255])))
  rig.house.events.emit('wire:activity', { flow: 'door', counts: { 'a.out b.in': 3 } })
  await expect.poll(() => seen.length).toBe(2)
  expect(seen).toEqual([
    ['node:debug', debugEvent({ $bytes: 2, hex: '01ff' })],
    ['wire:activity', { flow: 'door', counts: { 'a.out b.in': 3 } }],
  ])
})

test('watching tells what has failed at the nodes, and what fails from then on', async () => {
  const errors = (count: number) => ({ flow: 'door', node: 'bell', count, last: { at: 1, text: 'No.' } })
  rig.house.errors = [errors(2)]
  const socket = await connected()
  const seen: unknown[] = []
  socket.on('node:errors', (event) => seen.push(event))
  await watch(socket, 'door')
  await expect.poll(() => seen).toEqual([errors(2)])
  rig.house.events.emit('node:errors', errors(3))
  rig.house.events.emit('node:errors', errors(4))
  await rig.clock.advance(100)
  await expect.poll(() => seen).toEqual([errors(2), errors(4)])
})

test('of a status that flickers, the last one arrives', async () => {
  const socket = await connected()
  await watch(socket, 'door')
  const seen: unknown[] = []
  socket.on('node:status', ({ text }) => seen.push(text))
  for (let count = 0; count <= 1_000; count++)
    rig.house.events.emit('node:status', { flow: 'door', node: 'bell', state: 'ok', text: `${count}`, at: 1 })
  await rig.clock.advance(100)
  await expect.poll(() => seen).toEqual(['1000'])
})

test('a flood of debug messages is cut, and the client is told how much it missed', async () => {
  const socket = await connected()
  await watch(socket, 'door')
  let shown = 0
  socket.on('node:debug', () => shown++)
  const told = heard(socket, 'live:dropped')
  for (let count = 0; count < 5_000; count++) rig.house.events.emit('node:debug', debugEvent(count))
  const { count } = await poll(told)
  expect(shown).toBeGreaterThan(0)
  expect(shown + count).toBe(5_000)
})

/** Moves the clock until the promise has settled. */
async function poll(told: Promise<unknown>): Promise<{ count: number }> {
  let answer: unknown
  void told.then((value) => {
    answer = value
  })
  await expect
    .poll(async () => {
      await rig.clock.advance(1_000)
      return answer
    })
    .toBeDefined()
  return answer as { count: number }
}

test('a client that stops reading is cut off, and does not hold up the end', async () => {
  const socket = await connected()
  await watch(socket, 'door')
  stopReading(socket)
  const flow = 'x'.repeat(1_000)
  for (let round = 0; round < 100 && rig.house.watched.length > 0; round++) {
    for (let at = 0; at < 500; at++) rig.house.events.emit('flow:stopped', { flow })
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(rig.house.watched).toEqual([])
})

/** As when a notebook is shut: the connection stands, and nobody reads. */
function stopReading(socket: Socket): void {
  const transport = socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
  transport.ws._socket.pause()
}

test('signing out ends the sockets of that session', async () => {
  const secret = await rig.users.openSession('owner')
  const socket = open({ Cookie: `wirehouse_session=${secret}` })
  await heard(socket, 'connect')
  const gone = heard(socket, 'disconnect')
  await rig.call('DELETE /api/session', { as: null, headers: { Cookie: `wirehouse_session=${secret}` } })
  expect(await gone).toBe('io server disconnect')
})

test('removing a user ends their sockets', async () => {
  const socket = await connected('viewer')
  const gone = heard(socket, 'disconnect')
  await rig.call('DELETE /api/users/viewer')
  expect(await gone).toBe('io server disconnect')
})

const upgrade = (path: string, headers = {}, protocols = ['mqtt']): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${rig.port}${path}`, protocols, { headers })

test('MQTT over WebSocket goes to the broker', async () => {
  const client = upgrade('/mqtt')
  await once(client, 'open')
  expect(client.protocol).toBe('mqtt')
  const received = once(rig.broker.sockets[0] as WebSocket, 'message')
  client.send(Buffer.from([0xc0, 0]))
  expect((await received)[0]).toEqual(Buffer.from([0xc0, 0]))
  client.terminate()
})

test.each([
  ['a page of another site', '/mqtt', { Origin: 'http://evil.example' }, ['mqtt'], 403],
  ['a foreign name', '/mqtt', { Host: 'evil.example' }, ['mqtt'], 421],
  ['another protocol', '/mqtt', {}, ['chat'], 400],
  ['another path', '/other', {}, ['mqtt'], 404],
  ['a path next to the live channel', '/socket.iox', {}, ['mqtt'], 404],
])('a WebSocket from %s is refused', async (_who, path, headers, protocols, status) => {
  const client = upgrade(path, headers, protocols)
  const [error] = (await once(client, 'error')) as [Error]
  expect(error.message).toContain(String(status))
  expect(rig.broker.sockets).toEqual([])
})

test('a frame over 1 MB ends its socket', async () => {
  const client = upgrade('/mqtt')
  await once(client, 'open')
  const closed = once(client, 'close')
  client.send(Buffer.alloc(1024 * 1024 + 1))
  expect((await closed)[0]).toBe(1009)
})

test('before an owner exists, MQTT over WebSocket is for the machine itself', async () => {
  await using fresh = await webRig({ isNew: true })
  const url = `ws://127.0.0.1:${fresh.port}/mqtt`
  const local = new WebSocket(url, ['mqtt'])
  await once(local, 'open')
  local.terminate()
  const afar = new WebSocket(url, ['mqtt'], { headers: { 'X-Forwarded-For': '192.168.1.7' } })
  const [error] = (await once(afar, 'error')) as [Error]
  expect(error.message).toContain('403')
})

test('closing ends the live sockets and MQTT sockets at once', async () => {
  const socket = await connected()
  const client = upgrade('/mqtt')
  await once(client, 'open')
  const gone = Promise.all([heard(socket, 'disconnect'), once(client, 'close')])
  const closed = rig.server.close()
  await gone
  await rig.clock.advance(1_000)
  await closed
})

const carried = (topic: string, payload = 'x') =>
  rig.broker.carry({ topic, payload: Buffer.from(payload), qos: 0, retain: false })

test('topics and their messages are told to those who ask for them', async () => {
  const socket = await connected()
  const topics = heard(socket, 'mqtt:topics')
  socket.emit('topics:watch')
  expect(await socket.emitWithAck('messages:watch', { key: 'mine', filters: ['home/#'] })).toBeFalsy()
  carried('home/door', 'open')
  const messages = heard(socket, 'mqtt:messages')
  await rig.clock.advance(200)
  expect(await topics).toMatchObject({ isAnew: true, added: [[1, 'home/door', 1, expect.any(Number), 0]] })
  expect(await messages).toMatchObject({ key: 'mine', messages: [{ payload: { text: 'open' } }] })
})

test.each([
  [undefined, 'MESSAGES_WATCH'],
  [{ key: 'x', filters: [] }, 'MESSAGES_WATCH'],
  [{ key: 'x', filters: Array(21).fill('a') }, 'MESSAGES_WATCH'],
  [{ key: 'x', filters: ['a/#/b'] }, 'TOPIC_WILDCARD_PLACE'],
])('messages of %j are refused with a reason', async (wanted, code) => {
  const socket = await connected()
  expect(await socket.emitWithAck('messages:watch', wanted)).toMatchObject({ code })
})

test('a rule keeps topics from who looks, as soon as it stands', async () => {
  const socket = await connected('viewer')
  const all = heard(socket, 'mqtt:topics')
  socket.emit('topics:watch')
  await socket.emitWithAck('messages:watch', { key: 'mine', filters: ['#'] })
  for (const topic of ['open/a', 'secret/b']) carried(topic)
  await rig.clock.advance(200)
  expect(await all).toMatchObject({
    added: [expect.arrayContaining(['open/a']), expect.arrayContaining(['secret/b'])],
  })
  await rig.access.addRule({
    ...{
      subject: { kind: 'role', name: 'viewer' },
      actions: ['receive'],
      filter: 'secret/#',
      effect: 'deny',
    },
    ...{ maxQoS: 2, retain: true, note: '' },
  })
  const left = heard(socket, 'mqtt:topics')
  const messages = heard(socket, 'mqtt:messages')
  for (const topic of ['open/a', 'secret/b']) carried(topic)
  await rig.clock.advance(200)
  expect(await left).toMatchObject({ isAnew: true, added: [expect.arrayContaining(['open/a'])] })
  expect(await messages).toMatchObject({ messages: [{ topic: 'open/a' }] })
})
