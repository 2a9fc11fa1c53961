import { expect, test } from 'vitest'
import { addressKey, isKnownHost, isOwnOrigin } from './origin.ts'

test.each([
  '127.0.0.1:1880',
  '192.168.1.20',
  '[::1]',
  '[fe80::1]:1880',
  'localhost:1880',
  'LOCALHOST',
  'wirehouse.local',
  'pi.fritz.box:1880',
  'pi.home.arpa',
  'pi.lan.',
  'pi',
  'pi.example.org',
])('%s names this house', (host) => {
  expect(isKnownHost(host, 'pi.example.org')).toBe(true)
})

test.each([
  undefined,
  '',
  'evil.example',
  'local.evil.example',
  'notlocal.example',
  '127.0.0.1.nip.io',
  '127.0.0.1@evil.example',
  'evil.example:1880',
  'localhost:80:80',
  'localhost/evil.example',
  '[::1].evil.example',
  'ex ample.local',
  "x'.local",
])('%s does not', (host) => {
  expect(isKnownHost(host, 'pi.example.org')).toBe(false)
})

test.each([
  [{ host: 'pi:1880' }, true],
  [{ host: 'pi:1880', origin: 'http://pi:1880' }, true],
  [{ host: 'pi', origin: 'https://pi' }, true],
  [{ host: 'pi:1880', origin: 'http://pi' }, false],
  [{ host: 'pi', origin: 'http://evil.example' }, false],
  [{ host: 'pi', origin: 'null' }, false],
  [{ host: 'localhost:1880', origin: 'https://house.example', 'sec-fetch-site': 'same-origin' }, true],
  [{ host: 'pi', origin: 'http://pi', 'sec-fetch-site': 'cross-site' }, false],
  [{ host: 'pi', 'sec-fetch-site': 'same-site' }, false],
])('a request with %o is our own: %s', (headers, isOwn) => {
  expect(isOwnOrigin({ headers })).toBe(isOwn)
})

test('attempts are counted by address, and by network where a household has a whole one', () => {
  expect(addressKey('::ffff:192.168.1.7')).toBe('192.168.1.7')
  expect(addressKey('2001:db8:1:2:aaaa::1')).toBe(addressKey('2001:db8:1:2:bbbb:c:d:e'))
  expect(addressKey('2001:db8::1')).toBe('2001:db8:0:0')
})
