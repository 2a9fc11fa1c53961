import { createECDH } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

const pair = createECDH('prime256v1')
pair.generateKeys()
const keys = { p256dh: pair.getPublicKey('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') }
const endpoint = 'https://push.example.org/send/abc'

test('a browser is taken in for who is signed in there, and let go again', async () => {
  const added = await rig.call('POST /api/browsers', {
    as: 'viewer',
    json: { endpoint, keys, expirationTime: null },
  })
  expect([added.status, added.json]).toEqual([201, { id: 'browser-1' }])
  expect(rig.browsers.all).toEqual([{ user: 'viewer', endpoint, ...keys }])
  expect((await rig.call('DELETE /api/browsers', { as: 'viewer', json: { endpoint } })).status).toBe(204)
  expect(rig.browsers.all).toEqual([])
})

test('only the public key is told', async () => {
  expect((await rig.call('GET /api/browsers/key', { as: 'viewer' })).json).toEqual({ publicKey: 'public' })
})

const offCurve = Buffer.from(pair.getPublicKey())
offCurve.writeUInt8((offCurve.at(-1) ?? 0) ^ 1, 64)

test.each([
  ['plain http', { endpoint: 'http://push.example.org/x', keys }],
  ['a login', { endpoint: 'https://a:b@push.example.org/x', keys }],
  ['a file', { endpoint: 'file:///etc/passwd', keys }],
  ['no keys', { endpoint }],
  ['a short key', { endpoint, keys: { ...keys, auth: 'YQ' } }],
  ['a key that is on no curve', { endpoint, keys: { ...keys, p256dh: offCurve.toString('base64url') } }],
])('a browser with %s is refused', async (_, json) => {
  const { status, json: answer } = await rig.call('POST /api/browsers', { as: 'viewer', json })
  expect([status, answer.code]).toEqual([422, 'BODY_SHAPE'])
  expect(rig.browsers.all).toEqual([])
})
