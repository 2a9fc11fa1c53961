import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { looksLikeToken, TokenKeysAway, TokenLogins } from './token-logins.ts'
import { tokenSettings } from './token-settings.ts'

const NOW = new VirtualClock().now()
const pair = await generateKeyPair('ES256')
const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'a', alg: 'ES256' }] })
const settings = { enabled: true, issuer: 'https://id.example', audience: 'house', keys }

const claims = { sub: 'bell', iss: 'https://id.example', aud: 'house', exp: NOW / 1000 + 600 }
const sign = (changes: Record<string, unknown> = {}, key = pair.privateKey) =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'ES256', kid: 'a' }).sign(key)

function logins(changes: Record<string, unknown> = {}): TokenLogins {
  const clock = new VirtualClock()
  return new TokenLogins(tokenSettings.parse({ ...settings, ...changes }), clock)
}

test('a good token says who it is, and until when', async () => {
  const token = await sign()
  expect(looksLikeToken(token)).toBe(true)
  expect(await logins().verify(token, 'bell')).toEqual({ user: 'bell', until: NOW + 600_000 })
  expect(await logins().verify(token, undefined)).toEqual({ user: 'bell', until: NOW + 600_000 })
  expect(await logins({ userClaim: 'aud' }).verify(token, undefined)).toMatchObject({ user: 'house' })
})

test.each([
  ['that has run out', { exp: NOW / 1000 - 31 }],
  ['that never runs out', { exp: undefined }],
  ['that does not count yet', { nbf: NOW / 1000 + 60 }],
  ['of another issuer', { iss: 'https://evil.example' }],
  ['for somebody else', { aud: 'garage' }],
  ['without a user', { sub: undefined }],
  ['whose user is a wildcard', { sub: '#' }],
  ['whose user is a level of a topic', { sub: 'a/b' }],
  ['whose user is no text', { sub: 7 }],
])('a token %s does not count', async (_, changes) => {
  expect(await logins().verify(await sign(changes), undefined)).toBeUndefined()
})

test('nor does one of another key, one that is not signed, or one under another name', async () => {
  const other = await generateKeyPair('ES256')
  expect(await logins().verify(await sign({}, other.privateKey), undefined)).toBeUndefined()
  const [, body] = (await sign()).split('.')
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  expect(await logins().verify(`${header}.${body}.AA`, undefined)).toBeUndefined()
  expect(await logins().verify(await sign(), 'lamp')).toBeUndefined()
  expect(await logins({ enabled: false }).verify(await sign(), 'bell')).toBeUndefined()
})

test('a token signed with the public key as a shared secret does not count', async () => {
  const secret = new TextEncoder().encode(keys)
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'a' }).sign(secret)
  expect(await logins().verify(token, 'bell')).toBeUndefined()
})

test('its scope becomes rules; what cannot be read grants nothing', async () => {
  const scope = 'openid mqtt:publish:home/bell mqtt:subscribe:home/# mqtt:publish:a# mqtt:fly:x'
  const login = await logins().verify(await sign({ scope }), undefined)
  expect(login?.scope?.map(({ actions, filter, effect }) => `${effect} ${actions.join()} ${filter}`)).toEqual(
    ['allow publish home/bell', 'allow subscribe,receive home/#'],
  )
  const none = await logins().verify(await sign({ scope: ['mqtt:fly:x'] }), undefined)
  expect(none?.scope).toEqual([])
})

test('keys come from the issuer, and a silence of his is nobody’s fault', async () => {
  let answer = keys
  const server = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const keysUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  expect(await logins({ keysUrl, keys: '' }).verify(await sign(), 'bell')).toMatchObject({ user: 'bell' })
  answer = 'no keys'
  await expect(logins({ keysUrl }).verify(await sign(), 'bell')).rejects.toThrow(TokenKeysAway)
  await new Promise((resolve) => server.close(resolve))
  await expect(logins({ keysUrl }).verify(await sign(), 'bell')).rejects.toThrow(TokenKeysAway)
})

test.each(['', 'plain words', 'a.b', 'a.b.c.d', 'ä.b.c'])('%j is no token', (password) =>
  expect(looksLikeToken(password)).toBe(false),
)
