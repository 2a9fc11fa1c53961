import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mosquittoClients } from '#rig/mosquitto-clients.ts'
import { brokerRig, patient } from '#server/broker/broker-rig.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { storeRig } from '#server/store/store-rig.ts'
import { findMosquitto, findMosquittoClient } from '../../../test/bench/peers/install-mosquitto.ts'
import { AccessDesk } from '../access-desk.ts'
import { MosquittoDesk } from './mosquitto-desk.ts'
import { MemoryBridges } from './takeover-rig.ts'

const passwd = findMosquittoClient('passwd')
const clients = mosquittoClients()

/** As the article in c't had them, with its two mistakes. */
const conf = `per_listener_settings false
listener 1883
allow_anonymous false
password_file: /etc/mosquitto/passwd
acl_file /etc/mosquitto/acl
`
const acl = `user postman
topic write postbox/#

user anna
topic read postbox/%u/#

pattern readwrite devices/%u/%c
topic deny postbox/anna/secret
`

/** A password file as Mosquitto's own tool writes it. */
function passwordFile(passwords: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-passwd-'))
  const file = join(folder, 'passwd')
  const env = { ...process.env, LD_LIBRARY_PATH: findMosquitto()?.libraries ?? '' }
  for (const [name, password] of Object.entries(passwords)) {
    const isNew = existsSync(file) ? [] : ['-c']
    execFileSync(passwd ?? '', ['-b', ...isNew, file, name, password], { env, stdio: 'pipe' })
  }
  const text = readFileSync(file, 'utf8')
  rmSync(folder, { recursive: true })
  return text
}

/** A house with a broker, a store and an owner. */
async function house() {
  await using opened = new AsyncDisposableStack()
  const store = await opened.use(storeRig()).open()
  const { users, settings, access: rules } = store
  await users.add({ name: 'ada', role: 'owner' }, 'a good password')
  const access = new AccessDesk({
    ...{ accounts: users, store: rules, settings, clock: realClock },
    onError: (error) => {
      throw error
    },
  })
  const rig = opened.use(await brokerRig({ access }))
  const desk = new MosquittoDesk({
    ...{ users, access, settings, store: store.takeovers, broker: rig.broker, bridges: new MemoryBridges() },
  })
  const resources = opened.move()
  return { rig, users, desk, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

describe.skipIf(passwd === undefined || clients === undefined)('devices of a Mosquitto', () => {
  const passwords = passwd === undefined ? '' : passwordFile({ anna: 'Über alles: 7', postman: 'ring twice' })
  const files = { conf, passwords, acl }
  const login = (name: string, password: string, port: number) => [
    ...['-h', '127.0.0.1', '-p', `${port}`, '-u', name, '-P', password, '-i', `${name}-phone`],
  ]

  test('both mistakes are repaired, and told with their lines', async () => {
    await using home = await house()
    const { notes } = home.desk.preview({ files, removeWideRules: true })
    expect(notes.map(({ kind, file, line, code }) => `${file}:${line} ${kind} ${code}`)).toEqual([
      'conf:2 differs MOSQUITTO_LISTENER',
      'conf:3 differs MOSQUITTO_CLOSED',
      'conf:4 repaired MOSQUITTO_SIGN',
      'acl:5 repaired MOSQUITTO_TOPIC_PLACES',
      'acl:0 differs MOSQUITTO_SUBSCRIBES',
    ])
  })

  test('sign in by their old passwords, and are held to the rules', async () => {
    await using home = await house()
    const { port } = home.rig
    expect(await clients?.publish([...login('anna', 'Über alles: 7', port), '-t', 'a', '-m', 'x'])).toContain(
      'bad user name or password',
    )
    await home.desk.apply({ files, removeWideRules: true })
    const anna = { username: 'anna', password: 'Über alles: 7', clientId: 'anna-phone' }
    const phone = await home.rig.connect(anna)
    const [own, all, others] = await Promise.all(
      ['postbox/anna/#', '#', 'postbox/postman/#'].map(async (filter) =>
        phone.mqtt.subscribeAsync(filter, { qos: 1 }).then(
          ([grant]) => grant?.qos,
          () => 128,
        ),
      ),
    )
    expect([own, all, others]).toEqual([1, 128, 128])
    const send = (topic: string) =>
      clients?.publish([...login('postman', 'ring twice', port), '-q', '1', '-t', topic, '-m', topic])
    for (const topic of ['postbox/anna/secret', 'elsewhere', 'postbox/anna/letter']) await send(topic)
    await expect.poll(() => phone.messages, patient).toEqual(['postbox/anna/letter postbox/anna/letter 1'])
    expect(await clients?.publish([...login('anna', 'wrong', port), '-t', 'a', '-m', 'x'])).toBeDefined()
  })

  test('connected ones that would lose something are named before', async () => {
    await using home = await house()
    await home.users.add({ name: 'lamp', role: 'device' }, 'a good password')
    const lamp = await home.rig.connect({ username: 'lamp', password: 'a good password', clientId: 'lamp' })
    await lamp.mqtt.subscribeAsync('home/#')
    const losses = (removeWideRules: boolean) => home.desk.preview({ files, removeWideRules }).losses
    expect(losses(true)).toEqual([{ clientId: 'lamp', user: 'lamp', publish: false, filters: ['home/#'] }])
    expect(losses(false)).toEqual([])
  })
})
