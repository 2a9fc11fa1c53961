import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const pair = await generateKeyPair('ES256', { extractable: true })
const jwks = (...keys: object[]) => JSON.stringify({ keys })
const publicKey = { ...(await exportJWK(pair.publicKey)), alg: 'ES256' }
const privateKey = await exportJWK(pair.privateKey)
const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const settings = { enabled: true, issuer: 'https://id.example', audience: 'house', keys: jwks(publicKey) }

const put = (changes: object) =>
  rig.call('PUT /api/broker/token-settings', { json: { ...settings, ...changes } })
const token = (changes: object = {}, key = pair.privateKey) => {
  const claims = { sub: 'bell', iss: settings.issuer, aud: 'house', exp: rig.clock.now() / 1000 + 60 }
  return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}
const attempt = async (given: string, changes: object = {}, name = '') =>
  (
    await rig.call('POST /api/broker/token-settings/try', {
      json: { token: given, name, settings: { ...settings, ...changes } },
    })
  ).json

test('they are off at first, and kept as they are set', async () => {
  expect((await rig.call('GET /api/broker/token-settings')).json).toEqual({
    ...{ enabled: false, issuer: '', audience: '', keysUrl: '', keys: '' },
    ...{ userClaim: 'sub', scopeClaim: 'scope', role: 'device' },
  })
  expect((await put({ role: 'viewer' })).status).toBe(200)
  expect((await rig.call('GET /api/broker/token-settings')).json).toMatchObject({
    ...settings,
    role: 'viewer',
  })
})

test.each([
  ['no keys', { keys: '' }, 'TOKENS_NO_KEYS'],
  [
    'keys by address for anybody',
    { keys: '', keysUrl: 'https://id.example/k', audience: '' },
    'TOKENS_NO_AUDIENCE',
  ],
  ['an address that is none', { keysUrl: 'id.example' }, 'TOKENS_URL'],
  ['an address of another kind', { keysUrl: 'file:///etc/passwd' }, 'TOKENS_URL'],
  ['an address with a login', { keysUrl: 'https://a:b@id.example' }, 'TOKENS_URL_LOGIN'],
  ['an address in the clear', { keysUrl: 'http://id.example/keys' }, 'TOKENS_URL_PLAIN'],
  ['no JSON', { keys: '-----BEGIN PUBLIC KEY-----' }, 'TOKENS_KEYS_FORM'],
  ['no list of keys', { keys: '{"keys":{}}' }, 'TOKENS_KEYS_FORM'],
  ['nothing at all', { keys: 'null' }, 'TOKENS_KEYS_FORM'],
  ['an empty list', { keys: jwks() }, 'TOKENS_KEYS_FORM'],
  ['a private key', { keys: jwks(publicKey, privateKey) }, 'TOKENS_KEY_SECRET'],
  ['a shared secret', { keys: jwks({ kty: 'oct', k: 'aGVsbG8' }) }, 'TOKENS_KEY_SECRET'],
  ['a key that is none', { keys: jwks({ kty: 'EC' }) }, 'TOKENS_KEY_UNREADABLE'],
  ['a number as a key', { keys: '{"keys":[7]}' }, 'TOKENS_KEY_UNREADABLE'],
  ['a short key', { keys: jwks(short) }, 'TOKENS_KEY_WEAK'],
  ['the role of an owner', { role: 'owner' }, 'BODY_SHAPE'],
])('%s cannot be set', async (_, changes, code) => {
  const reply = await put(changes)
  expect([reply.status, reply.json.code]).toEqual([422, code])
  expect(rig.access.tokenSettings().enabled).toBe(false)
})

test('switched off, they may be unfinished', async () => {
  expect((await put({ enabled: false, keys: '' })).status).toBe(200)
})

test('no secret key comes into an answer or the log', async () => {
  const { text } = await put({ keys: jwks(privateKey) })
  expect(text + rig.logs.join()).not.toContain(privateKey.d)
})

test('a token is tried before anything is set', async () => {
  expect(await attempt(await token({ scope: 'mqtt:publish:home/%u' }))).toEqual({
    ...{ counts: true, user: 'bell', role: 'device', until: rig.clock.now() + 60_000 },
    scope: [expect.objectContaining({ actions: ['publish'], filter: 'home/%u' })],
  })
  await rig.users.add({ name: 'bell', role: 'editor' }, 'a good password')
  rig.access.userChanged('bell')
  expect(await attempt(await token())).toMatchObject({ counts: true, role: 'editor' })
})

const other = await generateKeyPair('ES256')
test.each<[string, () => Promise<string> | string, object, string, string]>([
  ['of another issuer', () => token({ iss: 'x' }), {}, '', 'TOKEN_ISSUER'],
  ['without an issuer', () => token({ iss: undefined }), {}, '', 'TOKEN_CLAIM_MISSING'],
  ['for another service', () => token({ aud: 'x' }), {}, '', 'TOKEN_AUDIENCE'],
  ['that has run out', () => token({ exp: 1 }), {}, '', 'TOKEN_EXPIRED'],
  ['that never runs out', () => token({ exp: undefined }), {}, '', 'TOKEN_CLAIM_MISSING'],
  ['that does not count yet', () => token({ nbf: 9e9, exp: 9.1e9 }), {}, '', 'TOKEN_EARLY'],
  ['of another key', () => token({}, other.privateKey), {}, '', 'TOKEN_SIGNATURE'],
  ['without a user', () => token(), { userClaim: 'name' }, '', 'TOKEN_USER'],
  ['whose user is a wildcard', () => token({ sub: '#' }), {}, '', 'TOKEN_USER'],
  ['of another user', () => token(), {}, 'lamp', 'TOKEN_USER_OTHER'],
  [
    'whose key is unknown',
    () => token(),
    { keys: jwks({ ...publicKey, kid: 'x', use: 'enc' }) },
    '',
    'TOKEN_KEY',
  ],
  ['that two keys fit', () => token(), { keys: jwks(publicKey, publicKey) }, '', 'TOKEN_KEY_UNNAMED'],
  [
    'signed with a shared secret',
    () => new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
    {},
    '',
    'TOKEN_ALGORITHM',
  ],
  ['that is none', () => 'a.b.c', {}, '', 'TOKEN_FORM'],
  ['that is nothing', () => '', {}, '', 'TOKEN_FORM'],
])('why a token %s does not count is said', async (_, make, changes, name, code) => {
  const answer = await attempt(await make(), changes, name)
  expect([answer.counts, answer.why?.code ?? answer]).toEqual([false, code])
})

test('an issuer that does not answer is told', async () => {
  const answer = await attempt(await token(), { keysUrl: 'http://127.0.0.1:9/keys', keys: '' })
  expect(answer).toMatchObject({ code: 'TOKENS_KEYS_AWAY', values: { address: 'http://127.0.0.1:9/keys' } })
})
