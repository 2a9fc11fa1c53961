import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '#kit/runtime/clock.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { testCertificate } from '../broker/test-certificate.ts'
import { type KeyPair, makeCertificate } from './certificate-order.ts'
import { type HouseTls, type HouseTlsOptions, openHouseTls } from './house-tls.ts'
import { certificateFacts } from './key-pair.ts'

const DAY = 24 * 3_600_000
let folder: string
let clock: VirtualClock
let logs: string[]
/** The kinds of what is amiss. */
let conditions: Set<string>
let names: { names: string[]; addresses: string[] }
const opened: HouseTls[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-tls-'))
  clock = new VirtualClock()
  logs = []
  conditions = new Set()
  names = { names: ['wirehouse.local', 'pi.local'], addresses: ['127.0.0.1', '192.168.1.5'] }
})
afterEach(() => {
  for (const tls of opened.splice(0)) tls[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

async function open(more: Partial<HouseTlsOptions> = {}): Promise<HouseTls> {
  const log = (text: string) => void logs.push(text)
  const tls = await openHouseTls({
    folder: join(folder, 'tls'),
    clock,
    log: { info: log, warn: log, error: log } as HouseTlsOptions['log'],
    conditions: { raise: ({ kind }) => conditions.add(kind), end: (kind) => conditions.delete(kind) },
    names: () => names,
    ...more,
  })
  opened.push(tls)
  return tls
}

const serialOf = (tls: HouseTls): string => certificateFacts(tls.material.cert).serial
/** A pair of somebody else's, valid for so many days. */
const ownPair = (days: number, from = clock.now()) =>
  makeCertificate({ kind: 'server', commonName: 'mine', from, until: from + days * DAY })

test('makes an authority for ten years and a certificate for all names and addresses', async () => {
  const tls = await open()
  const certificate = certificateFacts(tls.material.cert)
  expect(certificate.names).toEqual([...names.names, ...names.addresses])
  expect((certificate.until - clock.now()) / DAY).toBe(397)
  const authority = new X509Certificate(tls.authority)
  expect(authority.ca).toBe(true)
  expect((authority.validToDate.getTime() - clock.now()) / DAY).toBe(3_653)
  expect(new X509Certificate(tls.material.cert).verify(authority.publicKey)).toBe(true)
})

test('only its own user can read the files, and ca.pem holds no key', async () => {
  await open()
  const files = readdirSync(join(folder, 'tls'))
  expect(files.sort()).toEqual(['authority.pem', 'ca.pem', 'server.pem'])
  for (const file of files) expect(statSync(join(folder, 'tls', file)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, 'tls/ca.pem'), 'utf8')).not.toContain('PRIVATE')
})

test('a start finds the certificates of the last one', async () => {
  const before = (await open()).material
  expect((await open()).material).toEqual(before)
})

test('renews the certificate at two thirds of its life, and tells', async () => {
  const first = await open()
  first[Symbol.dispose]()
  await clock.advance(264 * DAY)
  const tls = await open()
  expect(serialOf(tls)).toBe(serialOf(first))
  let changes = 0
  tls.onChange = () => changes++
  await clock.advance(DAY)
  await expect.poll(() => serialOf(tls)).not.toBe(serialOf(first))
  expect(changes).toBe(1)
  expect(certificateFacts(tls.material.cert).until).toBeGreaterThan(clock.now() + 395 * DAY)
})

test('renews it when an address is new, not when one is gone', async () => {
  const tls = await open()
  const serial = serialOf(tls)
  names = { ...names, addresses: ['192.168.1.5'] }
  await tls.check()
  expect(serialOf(tls)).toBe(serial)
  names = { ...names, addresses: ['192.168.1.7', 'fd00::7'] }
  await tls.check()
  expect(certificateFacts(tls.material.cert).names).toEqual([...names.names, '192.168.1.7', 'fd00::7'])
})

test('a clock that was never set does no harm', async () => {
  const unset: Clock = {
    now: () => 0,
    after: (ms, call) => clock.after(ms, call),
    every: (ms, call) => clock.every(ms, call),
  }
  const tls = await open({ clock: unset })
  const serial = serialOf(tls)
  expect(certificateFacts(tls.authority).until).toBeGreaterThan(Date.UTC(2035, 11, 1))
  const later = await open()
  expect(serialOf(later)).toBe(serial)
})

test('a new authority signs a new certificate', async () => {
  const tls = await open()
  const before = tls.material
  await tls.renew({ authority: true })
  expect(tls.authority).not.toBe(before.ca)
  expect(readFileSync(join(folder, 'tls/ca.pem'), 'utf8')).toBe(tls.authority)
  expect(new X509Certificate(tls.material.cert).verify(new X509Certificate(tls.authority).publicKey)).toBe(
    true,
  )
})

test('a damaged file lies aside, and the house starts', async () => {
  const before = (await open()).material
  writeFileSync(join(folder, 'tls/server.pem'), 'garbage')
  const tls = await open()
  expect(tls.material.ca).toBe(before.ca)
  expect(tls.material.cert).not.toBe(before.cert)
  expect(readFileSync(join(folder, 'tls/server.pem.damaged'), 'utf8')).toBe('garbage')
})

test('shows a certificate that the owner brings, also after a restart, until it is dropped', async () => {
  const tls = await open()
  const own = await ownPair(100)
  tls.useOwn(own)
  expect([tls.source, tls.material.cert, tls.material.key]).toEqual(['upload', own.cert, own.key])
  const again = await open()
  expect(again.material.cert).toBe(own.cert)
  again.dropOwn()
  expect([again.source, again.material.cert === own.cert]).toEqual(['house', false])
})

test.each([
  ['KEY_OF_ANOTHER', async () => ({ ...(await ownPair(100)), key: (await ownPair(100)).key })],
  ['CERTIFICATE_ENDED', () => ownPair(10, clock.now() - 11 * DAY)],
  ['CERTIFICATE_NOT_YET', () => ownPair(10, clock.now() + DAY)],
  ['CERTIFICATE_UNREADABLE', async () => ({ ...testCertificate, cert: 'nothing' })],
  ['KEY_UNREADABLE', async () => ({ ...testCertificate, cert: (await ownPair(9)).cert, key: 'nothing' })],
  [
    'KEY_LOCKED',
    async () => ({
      cert: (await ownPair(9)).cert,
      key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----',
    }),
  ],
])('refuses an own certificate: %s', async (code, make) => {
  const tls = await open()
  const before = tls.material
  const pair = await make()
  expect(() => tls.useOwn(pair)).toThrow(expect.objectContaining({ code, status: 422 }))
  expect(tls.material).toEqual(before)
})

test('follows files that settings name, and keeps to the last good pair', async () => {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const write = ({ cert, key }: KeyPair) => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  }
  const [first, second] = [await ownPair(100), await ownPair(100)]
  write(first)
  const tls = await open({ files })
  expect([tls.source, tls.material.cert]).toEqual(['files', first.cert])
  writeFileSync(files.cert, second.cert)
  await tls.check()
  expect([tls.material.cert, [...conditions]]).toEqual([first.cert, ['certificate-unusable']])
  write(second)
  await tls.check()
  expect([tls.material.cert, [...conditions]]).toEqual([second.cert, []])
  expect(() => tls.useOwn(first)).toThrow(expect.objectContaining({ code: 'CERTIFICATE_BY_SETTING' }))
})

test('notices by itself that a file has changed', async () => {
  const file = join(folder, 'cert.pem')
  const write = ({ cert, key }: KeyPair) => writeFileSync(file, cert + key)
  write(await ownPair(100))
  const tls = await open({ files: { cert: file, key: file } })
  const next = await ownPair(100)
  const planned = clock.planned
  write(next)
  await expect.poll(() => clock.planned).toBeGreaterThan(planned)
  await clock.advance(1_000)
  expect(tls.material.cert).toBe(next.cert)
})

test('says two weeks before that an own certificate ends, and when it has', async () => {
  const tls = await open()
  tls.useOwn(await ownPair(20))
  await clock.advance(DAY)
  expect([...conditions]).toEqual([])
  await clock.advance(6 * DAY)
  expect([...conditions]).toEqual(['certificate-ends'])
  await clock.advance(14 * DAY)
  expect([...conditions]).toEqual(['certificate-ended'])
})

test('files of a setting that cannot be used stop the start with one clear line', async () => {
  const files = { cert: join(folder, 'missing.pem'), key: join(folder, 'missing.pem') }
  await expect(open({ files })).rejects.toThrow(/missing\.pem cannot be read \(ENOENT\)/)
})
