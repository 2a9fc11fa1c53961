import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
  await rig.call('PUT /api/flows/long', { json: long })
})
afterAll(() => rig[Symbol.asyncDispose]())

const long: Flow = { ...emptyFlow('long', 'Long'), description: 'It rings. '.repeat(1_000) }

/** As it came: `fetch` would unpack it. */
const read = async (path: string, accepted: string, method = 'GET') => {
  const headers = { authorization: `Bearer ${await rig.token('owner')}`, 'accept-encoding': accepted }
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(`${rig.url}${path}`, { method, headers }, async (response) => {
      resolve({ headers: response.headers, body: Buffer.concat(await response.toArray()) })
    })
      .on('error', reject)
      .end()
  })
}

test.each([
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['br;q=0, gzip', 'gzip', gunzipSync],
  ['identity', undefined, (body: Buffer) => body],
])('who takes %s gets a long answer in %s', async (accepted, encoding, unpack) => {
  const { headers, body } = await read('/api/flows/long', accepted)
  expect([headers['content-encoding'], headers['content-type'], headers['vary']]).toEqual([
    encoding,
    'application/json; charset=utf-8',
    'Accept-Encoding',
  ])
  expect(headers['content-length']).toBe(String(body.length))
  expect(JSON.parse(unpack(body).toString())).toEqual(long)
})

test('a short answer goes as it is', async () => {
  const { headers, body } = await read('/api/session', 'br')
  expect([headers['content-encoding'], JSON.parse(body.toString()).role]).toEqual([undefined, 'owner'])
})

test('who asks for the head alone gets no body', async () => {
  const { headers, body } = await read('/api/flows/long', 'br', 'HEAD')
  expect([headers['content-encoding'], body.length]).toEqual(['br', 0])
})
