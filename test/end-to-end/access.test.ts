import { connectAsync, type IClientOptions } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AnotherMachine, anotherMachine } from '#rig/another-machine.ts'
import { openBrowser, signIn } from '#rig/browser.ts'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const bell = { username: 'bell', password: 'three small words' } as const
const fromNetwork = { env: { WIREHOUSE_HOST: '0.0.0.0' } }

describe('from another machine', () => {
  let other: AnotherMachine
  beforeAll(() => {
    other = anotherMachine()
  })
  afterAll(() => other[Symbol.dispose]())
  const tryAll = ({ httpPort, mqttPort }: ServerProcess, ...login: readonly string[]) =>
    other.run('stranger.ts', other.host, String(httpPort), String(mqttPort), ...login)
  const shut = (code: number) => ({
    ...{ publish: code, retain: code, read: code, rules: code, openDoors: code, addUser: code },
  })

  test('nothing works on a fresh install', async () => {
    await using server = await startServerProcess({ ...fromNetwork, withoutOwner: true })
    expect(await tryAll(server)).toEqual({
      ...{ mqtt: 5, mqtt5: 0x87, webSocket: expect.toBeOneOf(['error', 'closed']), ...shut(403) },
      ...{ setUp: expect.toBeOneOf([403, 422]), live: 403 },
    })
    expect(await tryAll(server, OWNER.name, OWNER.password)).toMatchObject({ mqtt: 5, mqtt5: 0x87 })
  })

  test('nothing works without a login once there is an owner', async () => {
    await using server = await startServerProcess(fromNetwork)
    const closed = { mqtt: 5, mqtt5: 0x87, webSocket: 5, ...shut(401), setUp: 409, live: 403 }
    expect(await tryAll(server)).toEqual(closed)
    expect(await tryAll(server, 'admin', 'wrong')).toEqual({ ...closed, mqtt: 4, mqtt5: 0x86, webSocket: 4 })
    const seen = await Promise.all(
      ['stranger/mqtt', 'stranger/will', 'stranger/http'].map((topic) =>
        server.api('GET', `/api/mqtt/${topic}`),
      ),
    )
    expect(seen.map(({ status }) => status)).toEqual([404, 404, 404])
  })

  test('a device with a login gets in by MQTT, until the owner closes the network', async () => {
    await using server = await startServerProcess(fromNetwork)
    const user = { name: bell.username, role: 'device', password: bell.password }
    await server.api('POST', '/api/users', user)
    const login = [bell.username, bell.password]
    expect(await tryAll(server, ...login)).toMatchObject({ mqtt: 'in', mqtt5: 'in', webSocket: 'in' })
    await server.api('PUT', '/api/broker/doors', { anonymousLoopback: true, openToNetwork: false })
    expect(await tryAll(server, ...login)).toMatchObject({ mqtt: 5, mqtt5: 0x87, webSocket: 5 })
  })
})

describe('on this machine', () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startServerProcess()
    const user = { name: bell.username, role: 'device', password: bell.password }
    await server.api('POST', '/api/users', user)
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const connect = (options: IClientOptions = {}) =>
    connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { ...bell, reconnectPeriod: 0, ...options })

  test('a token is a password, and ends with it', async () => {
    const { body } = await server.api('POST', '/api/tokens', { name: 'Bell', user: 'bell' })
    const client = await connect({ password: body.token })
    await server.api('DELETE', `/api/tokens/${body.id}?user=bell`)
    await expect.poll(() => client.connected, { timeout: 10_000 }).toBe(false)
    await expect(connect({ password: body.token })).rejects.toMatchObject({ code: 4 })
  })

  test('rules and client ids outlive a restart', async () => {
    await using first = await startServerProcess()
    await first.api('POST', '/api/users', { name: 'bell', role: 'device', password: bell.password })
    const rule = {
      subject: { kind: 'user', name: 'bell' },
      actions: ['publish'],
      filter: 'secret/#',
      effect: 'deny',
    }
    await first.api('POST', '/api/broker/rules', rule)
    const port = first.mqttPort
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...bell, clientId: 'front-door' })
    await client.endAsync()
    await first.kill('SIGKILL')
    await using second = await startServerProcess({ dataDir: first.dataDir })
    expect((await second.api('GET', '/api/broker/rules')).body.at(-1)).toMatchObject(rule)
    const again = connectAsync(`mqtt://127.0.0.1:${second.mqttPort}`, {
      clientId: 'front-door',
      reconnectPeriod: 0,
    })
    await expect(again).rejects.toMatchObject({ code: 2 })
  })

  test('a user who is removed is gone at once', async () => {
    await server.api('POST', '/api/users', { name: 'lamp', role: 'device', password: bell.password })
    const client = await connect({ username: 'lamp' })
    await server.api('DELETE', '/api/users/lamp')
    await expect.poll(() => client.connected, { timeout: 10_000 }).toBe(false)
  })

  test('the owner adds a rule, is warned whom it hurts, asks why, and takes it back', async () => {
    const client = await connect({ clientId: 'front-door' })
    await client.subscribeAsync('home/door/#')
    await using browser = await signIn(server.url, '/settings')
    const { page } = browser
    await page.getByRole('link', { name: 'MQTT' }).click()
    await page.getByRole('tab', { name: 'Access' }).click()
    await page.getByText('Devices may send to and receive from every topic').waitFor()

    await page.getByRole('button', { name: 'Add a rule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Topic').fill('home/door/+/')
    await dialog.getByLabel('Topic').fill('home/door#')
    await dialog.getByLabel('Why').click()
    await dialog.getByText('must stand for a whole level').waitFor()
    await dialog.getByLabel('Topic').fill('home/door/#')
    await dialog.getByRole('radio', { name: 'May not' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('would get nothing more by home/door/#').waitFor()
    await dialog.getByRole('button', { name: 'Save anyway' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Devices may neither send to nor receive from home/door/#').waitFor()

    await page.getByLabel('Who', { exact: true }).click()
    await page.getByRole('option', { name: 'bell' }).click()
    await page.getByLabel('Topic', { exact: true }).fill('home/door/bell')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('A rule forbids it to send to "home/door/bell".').waitFor()

    const about = 'Actions for the rule: Devices may neither send to nor receive from home/door/#'
    await page.getByRole('button', { name: about }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByText('No device that is connected now loses').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await server.api('GET', '/api/broker/rules')).body).toHaveLength(7)
    expect(browser.complaints).toEqual([])
    await client.endAsync()
  })

  test('the owner closes the way without a login, and releases a client id', async () => {
    const guest = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
    await using browser = await signIn(server.url, '/settings', { language: 'de', width: 390 })
    const { page } = browser
    await page.getByRole('link', { name: 'MQTT' }).click()
    await page.getByRole('tab', { name: 'Zugriff' }).click()
    await page.getByRole('switch', { name: 'Programme auf diesem Rechner' }).click()
    await page.getByRole('button', { name: 'Ausschalten' }).click()
    await expect.poll(() => guest.connected, { timeout: 10_000 }).toBe(false)
    await page.getByRole('button', { name: 'Freigeben: front-door' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Freigeben' }).click()
    await page.getByText('„front-door“ ist frei.').waitFor()
    expect((await server.api('GET', '/api/broker/client-ids')).body).not.toContainEqual(
      expect.objectContaining({ clientId: 'front-door' }),
    )
  })

  test('who is not the owner is told who sees to it', async () => {
    await server.api('POST', '/api/users', { name: 'ada', role: 'editor', password: bell.password })
    await using browser = await openBrowser(server.url)
    const { page } = browser
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(bell.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'MQTT' }).click()
    await page.getByRole('tab', { name: 'Access' }).click()
    await page.getByText('The owner sees to this').waitFor()
    expect(browser.complaints).toEqual([])
  })
})
