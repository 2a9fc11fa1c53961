import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { isLoopback, webSocketOrigin } from './origins.ts'

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

test('a page that the owner allows is let in, and is not local', () => {
  const allows = (page: string) => page === 'https://dash.test'
  const from = (origin: string) => webSocketOrigin(request({ host: 'localhost:1880', origin }), allows)
  expect(from('https://dash.test')).toEqual({ address: '127.0.0.1', isLocal: false })
  expect(from('http://dash.test')).toBeUndefined()
})
