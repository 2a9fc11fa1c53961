import { once } from 'node:events'
import { type ConnectionOptions, connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls'
import mqtt, { type IClientOptions } from 'mqtt'
import { beforeAll, describe, expect, test } from 'vitest'
import { accessRig, OpenAccounts } from '../access/access-rig.ts'
import { type KeyPair, makeCertificate } from '../tls/certificate-order.ts'
import { type BrokerRig, brokerRig, TestClient } from './broker-rig.ts'
import type { Listening } from './listener.ts'
import type { TlsOptions } from './tls-server.ts'

const span = { from: Date.now() - 1_000, until: Date.now() + 3_600_000 }
let authority: KeyPair
let server: KeyPair
let device: KeyPair
let foreign: KeyPair
beforeAll(async () => {
  authority = await makeCertificate({ kind: 'authority', commonName: 'Our CA', ...span })
  const order = { ...span, issuer: authority }
  const self = { names: ['localhost'], addresses: ['127.0.0.1'] }
  server = await makeCertificate({ kind: 'server', commonName: 'house', ...self, ...order })
  device = await makeCertificate({ kind: 'client', commonName: 'lamp', ...order })
  const other = await makeCertificate({ kind: 'authority', commonName: 'Other CA', ...span })
  foreign = await makeCertificate({ kind: 'client', commonName: 'lamp', ...span, issuer: other })
})

const key = Buffer.from('a5'.repeat(32), 'hex')
interface TlsRig extends AsyncDisposable {
  readonly rig: BrokerRig
  readonly port: Listening
  readonly logs: string[]
  connect(options?: IClientOptions): Promise<TestClient>
}

async function tlsRig(tls: Partial<TlsOptions> = {}): Promise<TlsRig> {
  const logs: string[] = []
  const log = { info() {}, error() {}, warn: (text: string) => void logs.push(text) }
  const access = accessRig({ accounts: new OpenAccounts({ name: 'lamp', role: 'device' }) })
  access.store.keys.set('lamp-key', 'lamp')
  const rig = await brokerRig({ access: access.desk, log })
  const keyOf = (identity: string) => (identity === 'lamp-key' ? key : undefined)
  const port = await rig.broker.listen({
    host: '127.0.0.1',
    port: 0,
    tls: { ...server, ca: authority.cert, keyOf, ...tls },
  })
  return {
    ...{ rig, port, logs },
    async connect(options = {}) {
      const settings = { reconnectPeriod: 0, connectTimeout: 5_000, ca: authority.cert, ...options }
      const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port.port}`, settings, false)
      return rig.resources.use(new TestClient(client))
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  }
}

const byKey = (secret = key, identity = 'lamp-key', more: ConnectionOptions = {}): IClientOptions =>
  ({
    pskCallback: () => ({ psk: secret, identity }),
    ciphers: 'PSK',
    checkServerIdentity: () => undefined,
    ...more,
  }) as IClientOptions

/** The socket after its handshake; rejects with the fault. */
async function handshake({ port }: Listening, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.cert, ...options })
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

test('who trusts the authority connects, and messages pass', async () => {
  await using tls = await tlsRig()
  const [ear, mouth] = [await tls.connect(), await tls.rig.connect()]
  await ear.mqtt.subscribeAsync('door', { qos: 1 })
  await mouth.mqtt.publishAsync('door', 'x'.repeat(100_000), { qos: 1 })
  await ear.received(`door ${'x'.repeat(100_000)} 1`)
})

const versions = [{ version: 'TLSv1.2' }, { version: 'TLSv1.3' }] as const
const only = (version: SecureVersion): ConnectionOptions => ({ minVersion: version, maxVersion: version })

describe.each(versions)('$version', ({ version }) => {
  test('a certificate of the house signs in by itself', async () => {
    await using tls = await tlsRig()
    await tls.rig.connect({ clientId: 'plain' })
    await tls.connect({ ...device, ...only(version) } as IClientOptions)
    tls.rig.broker.disconnectUser('lamp')
    await expect.poll(() => tls.rig.broker.clients).toBe(1)
  })

  test('so does a pre-shared key', async () => {
    await using tls = await tlsRig()
    await tls.connect(byKey(key, 'lamp-key', only(version)))
    tls.rig.broker.disconnectUser('lamp')
    await expect.poll(() => tls.rig.broker.clients).toBe(0)
  })

  test('a wrong key proves nothing, and the log says why', async () => {
    await using tls = await tlsRig()
    await expect(tls.connect(byKey(Buffer.alloc(32, 1), 'lamp-key', only(version)))).rejects.toThrow()
    await expect.poll(() => tls.logs).toEqual([expect.stringContaining('its pre-shared key is wrong.')])
    expect(tls.logs.join()).not.toContain(key.toString('hex'))
  })

  test.each(['lamp-key', 'nobody'])(
    'who names the key %s and goes on without one proves nothing',
    async (identity) => {
      await using tls = await tlsRig({ needsProof: () => true })
      const ciphers = 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384'
      await expect(
        tls.connect(byKey(Buffer.alloc(32, 1), identity, { ...only(version), ciphers })),
      ).rejects.toThrow()
      await expect.poll(() => tls.logs.join()).toContain('it shows neither a certificate nor a key')
    },
  )
})

test('an unknown identity is refused, and the log says why', async () => {
  await using tls = await tlsRig()
  await expect(tls.connect(byKey(key, 'nobody', only('TLSv1.2')))).rejects.toThrow()
  await expect.poll(() => tls.logs.join()).toContain('it names a pre-shared key that does not exist.')
})

test('a certificate of another authority is refused, and the log says why', async () => {
  await using tls = await tlsRig()
  await expect(tls.connect({ ...foreign })).rejects.toThrow()
  await expect.poll(() => tls.logs.join()).toContain('its certificate is not one of this house')
})

test('a certificate that the house no longer stands by is refused', async () => {
  await using tls = await tlsRig({ standsBy: () => false })
  await expect(tls.connect({ ...device })).rejects.toThrow()
  await expect.poll(() => tls.logs.join()).toContain('its certificate was taken back')
})

test('where a proof is needed, nobody comes in without one', async () => {
  let needsProof = false
  await using tls = await tlsRig({ needsProof: () => needsProof })
  await tls.connect()
  needsProof = true
  await expect(tls.connect()).rejects.toThrow()
  await tls.connect({ ...device })
  await tls.connect(byKey())
})

test('new keys are shown to who connects from then on; connections stand', async () => {
  await using tls = await tlsRig()
  const before = await tls.connect()
  const next = await makeCertificate({
    ...{ kind: 'server', commonName: 'next', addresses: ['127.0.0.1'], ...span },
    issuer: authority,
  })
  tls.port.showKeys({ ...next, ca: authority.cert })
  const socket = await handshake(tls.port)
  expect(socket.getPeerCertificate().subject.CN).toBe('next')
  socket.destroy()
  await tls.connect(byKey())
  await before.mqtt.subscribeAsync('still', { qos: 1 })
  await before.mqtt.publishAsync('still', 'here', { qos: 1 })
  await before.received('still here 1')
})

test('no session is resumed, for it would outlive what it was opened with', async () => {
  await using tls = await tlsRig()
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await handshake(tls.port, { maxVersion })
    const session = socket.getSession()
    socket.destroy()
    const again = await handshake(tls.port, { maxVersion, session })
    expect(again.isSessionReused()).toBe(false)
    again.destroy()
  }
})

test('TLS 1.1 and plain connections are refused', async () => {
  await using tls = await tlsRig()
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  await expect(handshake(tls.port, old)).rejects.toThrow()
  await expect(
    mqtt.connectAsync(
      `mqtt://127.0.0.1:${tls.port.port}`,
      { reconnectPeriod: 0, connectTimeout: 2_000 },
      false,
    ),
  ).rejects.toThrow()
  await expect.poll(() => tls.logs.join()).toContain('it does not speak TLS')
})
