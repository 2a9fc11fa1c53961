import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { type AccessRules, decideAccess, isLoopback, webSocketOrigin } from './access.ts'

const local = { address: '127.0.0.1', isLocal: true }
const far = { address: '192.168.1.7', isLocal: false }
const nobody = { name: undefined, password: undefined }
const right = { name: 'bell', password: 'ding' }
const wrong = { name: 'bell', password: 'dong' }
const rules = (changes: Partial<AccessRules> = {}): AccessRules => ({
  hasOwner: () => true,
  authenticate: async (name, password) => (password === 'ding' ? { name, role: 'device' } : undefined),
  anonymousLoopback: true,
  openToNetwork: true,
  ...changes,
})
const closed = { hasOwner: () => false }

test.each([
  ['before an owner exists, this machine', closed, local, nobody, 0],
  ['before an owner exists, another machine', closed, far, right, 5],
  ['this machine without a login', {}, local, nobody, 0],
  ['this machine with the right login', {}, local, right, 0],
  ['this machine with a wrong login', {}, local, wrong, 4],
  ['this machine without a login, when turned off', { anonymousLoopback: false }, local, nobody, 5],
  ['this machine with a login, when anonymous is off', { anonymousLoopback: false }, local, right, 0],
  ['another machine without a login', {}, far, nobody, 5],
  ['another machine with the right login', {}, far, right, 0],
  ['another machine with a wrong login', {}, far, wrong, 4],
  ['another machine, when closed to the network', { openToNetwork: false }, far, right, 5],
])('%s', async (_, changes, origin, login, code) => {
  expect(await decideAccess(rules(changes), origin, login)).toBe(code)
})

test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('%s is this machine', (address) => {
  expect(isLoopback(address)).toBe(true)
})

test.each(['', '192.168.1.7', '128.0.0.1', '::', '::2', '::ffff:10.0.0.1', 'fe80::1'])(
  '%s is not this machine',
  (address) => {
    expect(isLoopback(address)).toBe(false)
  },
)

const request = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage

test.each([
  ['a program', { host: 'localhost:1880' }, true],
  ['our page', { host: 'localhost:1880', origin: 'http://localhost:1880' }, true],
  ['our page by address', { host: '[::1]:1880', origin: 'http://[::1]:1880' }, true],
  ['a name made to point here', { host: 'evil.test:1880', origin: 'http://evil.test:1880' }, false],
  ['a proxy on this machine', { host: 'house.test', 'x-forwarded-for': '127.0.0.1' }, false],
])('a WebSocket from %s: local %j', (_, headers, isLocal) => {
  expect(webSocketOrigin(request(headers))?.isLocal).toBe(isLocal)
})

test('a page of somebody else is not let in', () => {
  expect(webSocketOrigin(request({ host: 'localhost:1880', origin: 'http://evil.test' }))).toBeUndefined()
  expect(webSocketOrigin(request({ host: 'localhost:1880', origin: 'null' }))).toBeUndefined()
})
