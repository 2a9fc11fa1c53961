import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawCall, type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

/** What the server says to these bytes, without more of them to come. */
const firstAnswer = async (bytes: string): Promise<string> => {
  const socket = connect(rig.port, '127.0.0.1').setEncoding('latin1')
  socket.write(bytes, 'latin1')
  const [answer] = (await once(socket, 'data')) as [string]
  socket.destroy()
  return answer
}
const mb = 1024 * 1024
const codeOf = (reply: { json: { code?: string } }) => reply.json?.code

test('an unknown address of the API is 404, and a wrong method 405 with what there is', async () => {
  const unknown = await rig.call('GET /api/nothing')
  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'ROUTE_UNKNOWN'])
  const wrong = await rig.call('PATCH /api/flows/door', { json: {} })
  expect([wrong.status, codeOf(wrong)]).toEqual([405, 'METHOD_UNKNOWN'])
  expect(wrong.headers.get('Allow')).toBe('GET, PUT, DELETE, HEAD')
})

test.each([
  ['not JSON', '{"name":', 400, 'BODY_NOT_JSON'],
  ['a bare word', 'null', 422, 'BODY_SHAPE'],
  ['wrong types', '{"name":{"$ne":1},"password":["x"]}', 422, 'BODY_SHAPE'],
  ['a prototype key', '{"name":"a","password":"b","__proto__":{"role":"owner"}}', 422, 'FILE_HOSTILE_KEY'],
  ['a hidden prototype key', '{"a":[{"\\u0063onstructor":{}}]}', 422, 'FILE_HOSTILE_KEY'],
  ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 422, 'FILE_TOO_DEEP'],
  ['no body', '', 400, 'BODY_MISSING'],
])('a JSON body with %s is refused', async (_what, body, status, code) => {
  const reply = await rig.call('POST /api/session', {
    as: null,
    body,
    headers: { 'Content-Type': 'application/json' },
  })
  expect([reply.status, codeOf(reply)]).toEqual([status, code])
})

test('a body that is no UTF-8 is refused', async () => {
  const body = new Uint8Array([0x22, 0xff, 0xfe, 0x22])
  const headers = { 'Content-Type': 'application/json' }
  const reply = await rig.call('POST /api/session', { as: null, body, headers })
  expect([reply.status, codeOf(reply)]).toEqual([400, 'BODY_NOT_UTF8'])
})

test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
  'a post of type %s is refused where JSON is due',
  async (type) => {
    const headers = { 'Content-Type': type }
    const reply = await rig.call('POST /api/session', { as: null, body: 'name=a&password=b', headers })
    expect([reply.status, codeOf(reply)]).toEqual([415, 'BODY_TYPE'])
  },
)

test('a compressed body is refused', async () => {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
  const reply = await rig.call('POST /api/session', { as: null, body: '{}', headers })
  expect([reply.status, codeOf(reply)]).toEqual([415, 'BODY_ENCODING'])
})

test('50 MB are refused, and the next request is answered', async () => {
  const reply = await rig.call('POST /api/import', { body: new Uint8Array(50 * mb).fill(0x20) })
  expect([reply.status, codeOf(reply)]).toEqual([413, 'BODY_TOO_LARGE'])
  expect((await rig.call('GET /api/health')).status).toBe(200)
})

test('a body that announces itself too large is refused before a byte of it has come', async () => {
  const head = `POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${50 * mb}\r\n\r\n`
  expect(await firstAnswer(head)).toMatch(/^HTTP\/1.1 413 /)
})

test('what is no HTTP gets an answer and no more', async () => {
  expect(await firstAnswer('\u0010\u0000MQTT\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"REQUEST_BROKEN"/s)
})

test('a body without a length is refused as soon as it is too large', async () => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(stream) {
      sent += mb
      stream.enqueue(new Uint8Array(mb).fill(0x20))
      if (sent >= 30 * mb) stream.close()
    },
  })
  const response = await fetch(`${rig.url}/api/session`, {
    method: 'POST',
    body: endless,
    duplex: 'half',
    headers: { 'Content-Type': 'application/json' },
  } as RequestInit)
  expect(response.status).toBe(413)
})

test('a client that asks first is told at once that its body is too large', async () => {
  const headers = {
    Host: 'localhost',
    Expect: '100-continue',
    'Content-Type': 'application/json',
    'Content-Length': String(50 * mb),
  }
  const reply = await rawCall(rig.port, { method: 'POST', path: '/api/session', headers })
  expect(reply.status).toBe(413)
})

test('a request from a page of another site is refused', async () => {
  const json = { name: 'owner', password: 'owner-password' }
  const foreign = [{ Origin: 'http://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]
  for (const headers of foreign) {
    const reply = await rig.call('POST /api/session', { as: null, json, headers })
    expect([reply.status, codeOf(reply)]).toEqual([403, 'CROSS_SITE'])
  }
  const own = await rig.call('POST /api/session', { as: null, json, headers: { Origin: rig.url } })
  expect(own.status).toBe(200)
})

test.each([
  ['evil.example', 421],
  ['127.0.0.1.evil.example', 421],
  ['localhost:evil', 421],
  ['raspberrypi.local', 401],
  ['wirehouse:1880', 401],
  ['[::1]:1880', 401],
])('under the name %s the API answers %i', async (host, status) => {
  const reply = await rawCall(rig.port, { path: '/api/flows', headers: { Host: host } })
  expect(reply.status).toBe(status)
})

test('health answers under any name, for a machine asks it', async () => {
  const reply = await rawCall(rig.port, { path: '/api/health', headers: { Host: 'probe.example' } })
  expect([reply.status, reply.text]).toEqual([200, '{"status":"ok"}'])
})

test('health says 503 until the house is ready', async () => {
  rig.house.isReady = false
  const reply = await rig.call('GET /api/health', { as: null })
  rig.house.isReady = true
  expect([reply.status, reply.json]).toEqual([503, { status: 'starting' }])
})

test('a hundred headers are read, one of 20 kB is refused', async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-${at}`, 'y'.repeat(100)]))
  const answered = await rawCall(rig.port, { path: '/api/health', headers: many })
  const refused = await rawCall(rig.port, { path: '/api/health', headers: { 'x-long': 'y'.repeat(20_000) } })
  expect([answered.status, refused.status]).toEqual([200, 431])
})

test('an address with a broken % sequence is refused', async () => {
  const reply = await rig.call('GET /api/flows/%zz')
  expect([reply.status, codeOf(reply)]).toEqual([400, 'URL_BROKEN'])
})

test('a fault of our own shows no stack and goes to the log', async () => {
  rig.house.pokeError = new TypeError('cannot read x of undefined')
  const reply = await rig.call('POST /api/flows/door/nodes/bell/inject', { json: { payload: 1 } })
  rig.house.pokeError = undefined
  expect(reply.status).toBe(500)
  expect(Object.keys(reply.json)).toEqual(['code', 'message'])
  expect(reply.text).not.toMatch(/cannot read|\.ts|at /)
  expect(rig.logs.join('')).toContain('cannot read x of undefined')
})

test('every answer carries the headers that keep pages to themselves', async () => {
  const { headers } = await rig.call('GET /api/flows')
  expect(headers.get('Content-Security-Policy')).toBe("default-src 'none';frame-ancestors 'none'")
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(headers.get('Referrer-Policy')).toBe('no-referrer')
  expect(headers.get('Cache-Control')).toBe('no-store')
  expect([headers.get('X-Powered-By'), headers.get('Access-Control-Allow-Origin')]).toEqual([null, null])
})

test('a port in use is one clear sentence', async () => {
  await using other = await webRig()
  await other.server.close()
  const listening = other.server.listen({ host: '127.0.0.1', port: rig.port })
  await expect(listening).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining('WIREHOUSE_HTTP_PORT'),
  })
})
