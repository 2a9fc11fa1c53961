import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mosquittoClients } from '#rig/mosquitto-clients.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { makeCertificate } from '#server/tls/certificate-order.ts'

const clients = mosquittoClients()
let folder: string
let server: ServerProcess
let ca: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirehouse-tls-'))
  server = await startServerProcess()
  // also who comes from this machine has to say who it is
  await server.api('PUT', '/api/broker/doors', { anonymousLoopback: false, openToNetwork: true })
  ca = join(folder, 'ca.pem')
  await writeFile(ca, await (await fetch(`${server.url}/api/broker/ca.pem`)).text())
  await server.api('POST', '/api/users', { name: 'lamp', role: 'device', password: 'a-lamp-shines' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const where = (topic = 'home/lamp') => ['-h', 'localhost', '-p', String(server.mqttsPort), '-t', topic]
const trusting = () => ['--cafile', ca]
const login = ['-u', 'lamp', '-P', 'a-lamp-shines']

/** The certificate that is shown to who connects now. */
const shown = (port = server.mqttsPort): Promise<X509Certificate> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate()
      socket.destroy()
      if (certificate) resolve(certificate)
    })
    socket.on('error', reject)
  })

/** The files of a certificate that the house has made for a user, as a device has them. */
async function deviceFiles(user: string): Promise<{ serial: string; args: string[] }> {
  const { body } = await server.api('POST', '/api/broker/certificates', { user, name: 'Lamp in the hall' })
  const [cert, key] = [join(folder, `${body.serial}.pem`), join(folder, `${body.serial}-key.pem`)]
  await writeFile(cert, body.cert)
  await writeFile(key, body.key)
  return { serial: body.serial, args: ['--cert', cert, '--key', key] }
}

const newKey = async (identity: string): Promise<string[]> => {
  const { body } = await server.api('POST', '/api/broker/keys', { identity, user: 'lamp' })
  return ['--psk', body.key, '--psk-identity', identity]
}

test('the certificate is good for the names and addresses of this machine', async () => {
  const certificate = await shown()
  expect(certificate.checkHost('wirehouse.local')).toBe('wirehouse.local')
  expect(certificate.checkHost('localhost')).toBe('localhost')
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(certificate.verify(new X509Certificate(await readFile(ca)).publicKey)).toBe(true)
})

describe.skipIf(!clients)('mosquitto_pub and mosquitto_sub', () => {
  const { publish, receive } = { ...clients } as NonNullable<typeof clients>

  test.each(['mqttv311', 'mqttv5'])('%s: talk over TLS, with the authority of the house', async (version) => {
    const mine = [...where(version), ...trusting(), ...login, '-q', '1', '-V', version]
    expect(await publish([...mine, '-r', '-m', 'on'])).toBeUndefined()
    expect(await receive(mine)).toBe('on')
  })

  test('do not talk to a house whose authority they do not know', async () => {
    const other = join(folder, 'other.pem')
    const span = { from: Date.now() - 1_000, until: Date.now() + 3_600_000 }
    await writeFile(other, (await makeCertificate({ kind: 'authority', commonName: 'x', ...span })).cert)
    expect(await publish([...where(), '--cafile', other, ...login, '-m', 'on'])).toMatch(/TLS|certificate/)
    await expect.poll(() => server.output).toContain('Give it the file ca.pem')
  })

  test.each([[], ['--tls-version', 'tlsv1.2'], ['--tls-version', 'tlsv1.3']])(
    'sign in by a pre-shared key, without a password (%s %s)',
    async (...version) => {
      const psk = await newKey(`key-${version[1] ?? 'any'}`)
      const mine = [...where(`psk/${version[1]}`), ...psk, '-q', '1', ...version]
      expect(await publish([...mine, '-r', '-m', 'on'])).toBeUndefined()
      expect(await receive(mine)).toBe('on')
    },
  )

  test('not by a wrong key, an unknown one, or one that was removed', async () => {
    const psk = await newKey('hall')
    const message = [...where(), '-q', '1', '-m', 'on']
    expect(await publish([...message, '--psk', 'ab'.repeat(32), '--psk-identity', 'hall'])).toBeDefined()
    expect(await publish([...message, '--psk', psk[1] ?? '', '--psk-identity', 'attic'])).toBeDefined()
    expect(await publish([...message, ...psk])).toBeUndefined()
    expect((await server.api('DELETE', '/api/broker/keys/hall')).status).toBe(204)
    expect(await publish([...message, ...psk])).toBeDefined()
  })

  test('sign in by a certificate of the house, until it is taken back', async () => {
    const { serial, args } = await deviceFiles('lamp')
    const message = [...where(), ...trusting(), ...args, '-q', '1', '-m', 'on']
    expect(await publish(message)).toBeUndefined()
    expect((await server.api('DELETE', `/api/broker/certificates/${serial}`)).status).toBe(204)
    expect(await publish(message)).toBeDefined()
    await expect.poll(() => server.output).toContain('its certificate was taken back')
  })

  test('with a certificate of theirs, the rules of its user hold', async () => {
    const rule = { subject: { kind: 'user', name: 'lamp' }, filter: 'secret/#', effect: 'deny' }
    await server.api('POST', '/api/broker/rules', { ...rule, actions: ['publish', 'subscribe', 'receive'] })
    const { args } = await deviceFiles('lamp')
    await using ear = await mqttClient()
    const heard: string[] = []
    ear.on('message', (topic) => heard.push(topic))
    await ear.subscribeAsync(['secret/#', 'open/#'])
    await publish([...where('secret/a'), ...trusting(), ...args, '-q', '1', '-m', 'x'])
    await publish([...where('open/a'), ...trusting(), ...args, '-q', '1', '-m', 'x'])
    await expect.poll(() => heard).toEqual(['open/a'])
  })

  test('a certificate goes with its user', async () => {
    await server.api('POST', '/api/users', { name: 'guest', role: 'device', password: 'a-guest-rests' })
    const { args } = await deviceFiles('guest')
    const message = [...where(), ...trusting(), ...args, '-q', '1', '-m', 'on']
    expect(await publish(message)).toBeUndefined()
    await server.api('DELETE', '/api/users/guest')
    await server.api('POST', '/api/users', { name: 'guest', role: 'device', password: 'another-guest' })
    expect(await publish(message)).toBeDefined()
  })

  test('where a proof is asked for, a password does not do', async () => {
    const psk = await newKey('proof')
    await server.api('PUT', '/api/broker/listeners', { origins: [], needsProof: true })
    expect(await publish([...where(), ...trusting(), ...login, '-m', 'on'])).toBeDefined()
    expect(await publish([...where(), ...psk, '-q', '1', '-m', 'on'])).toBeUndefined()
    await server.api('PUT', '/api/broker/listeners', { origins: [], needsProof: false })
  })
})

async function mqttClient(): Promise<mqtt.MqttClient & AsyncDisposable> {
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${server.mqttsPort}`, {
    ...{ username: 'admin', password: 'wire-the-house', reconnectPeriod: 0 },
    ca: await readFile(ca),
  })
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.endAsync(true) })
}

test('a renewed certificate is shown at once, and nobody is disconnected', async () => {
  await using client = await mqttClient()
  const before = await shown()
  expect((await server.api('POST', '/api/broker/certificate/renew')).status).toBe(200)
  expect((await shown()).serialNumber).not.toBe(before.serialNumber)
  expect(client.connected).toBe(true)
  await client.publishAsync('still/here', 'yes', { qos: 1 })
})

test('an own certificate is shown at once, and one that does not fit is refused', async () => {
  const span = { from: Date.now() - 1_000, until: Date.now() + 90 * 86_400_000 }
  const own = await makeCertificate({ kind: 'server', commonName: 'mine', names: ['localhost'], ...span })
  const other = await makeCertificate({ kind: 'server', commonName: 'other', ...span })
  const wrong = await server.api('PUT', '/api/broker/certificate', { cert: own.cert, key: other.key })
  expect(wrong).toMatchObject({ status: 422, body: { code: 'KEY_OF_ANOTHER' } })
  const set = await server.api('PUT', '/api/broker/certificate', own)
  expect(set).toMatchObject({ status: 200, body: { tls: { source: 'upload' } } })
  expect((await shown()).subject).toBe('CN=mine')
  await server.api('DELETE', '/api/broker/certificate')
  expect((await shown()).subject).toBe('CN=wirehouse.local')
})

test('files of a setting are followed on disk, while connections stand', async () => {
  const [cert, key] = [join(folder, 'own.pem'), join(folder, 'own-key.pem')]
  const span = { from: Date.now() - 1_000, until: Date.now() + 90 * 86_400_000 }
  const write = async (commonName: string): Promise<string> => {
    const own = await makeCertificate({ kind: 'server', commonName, addresses: ['127.0.0.1'], ...span })
    await writeFile(key, own.key)
    await writeFile(cert, own.cert)
    return own.cert
  }
  const first = await write('first')
  await using house = await startServerProcess({ env: { WIREHOUSE_TLS_CERT: cert, WIREHOUSE_TLS_KEY: key } })
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${house.mqttsPort}`, {
    ca: first,
    reconnectPeriod: 0,
  })
  await write('second')
  await expect.poll(async () => (await shown(house.mqttsPort)).subject).toBe('CN=second')
  expect(client.connected).toBe(true)
  await client.endAsync(true)
  const refused = await house.api('DELETE', '/api/broker/certificate')
  expect(refused).toMatchObject({ status: 409, body: { code: 'CERTIFICATE_BY_SETTING' } })
})

test('a new authority takes back what the old one has signed', async () => {
  await deviceFiles('lamp')
  await server.api('POST', '/api/broker/certificate/renew', { authority: true })
  expect((await server.api('GET', '/api/broker/certificates')).body).toEqual([])
  const fresh = await (await fetch(`${server.url}/api/broker/ca.pem`)).text()
  expect(fresh).not.toBe(await readFile(ca, 'utf8'))
  expect((await shown()).verify(new X509Certificate(fresh).publicKey)).toBe(true)
})

test('with TLS off there is no port, and the rest says so', async () => {
  await using house = await startServerProcess({ env: { WIREHOUSE_MQTTS_PORT: 'off' } })
  expect(house.mqttsPort).toBe(0)
  expect((await house.api('GET', '/api/broker/listeners')).body).not.toHaveProperty('tls')
  const made = await house.api('POST', '/api/broker/certificates', { user: 'admin' })
  expect(made).toMatchObject({ status: 409, body: { code: 'TLS_OFF' } })
})

test('no key is in an answer, in the log or in what a backup copies', async () => {
  const psk = (await newKey('quiet'))[1] ?? ''
  await deviceFiles('lamp')
  const answers = await Promise.all(
    ['listeners', 'keys', 'certificates', 'ca.pem'].map((path) => server.api('GET', `/api/broker/${path}`)),
  )
  const files = (await readdir(server.dataDir)).filter((file) => /\.db(-wal)?$/.test(file))
  const databases = await Promise.all(files.map((file) => readFile(join(server.dataDir, file), 'latin1')))
  const everything = [JSON.stringify(answers), server.output, ...databases].join('\n')
  expect(everything).not.toContain('PRIVATE KEY')
  expect(everything).not.toContain(psk)
  expect(everything).not.toContain(Buffer.from(psk, 'hex').toString('latin1'))
})
