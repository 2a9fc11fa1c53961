import { createHash } from 'node:crypto'
import axe from 'axe-core'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** As `mosquitto_passwd` writes them for Mosquitto 1.6. */
const hashed = (password: string) => {
  const salt = Buffer.from('0123456789ab')
  const digest = createHash('sha512').update(password).update(salt).digest('base64')
  return `$6$${salt.toString('base64')}$${digest}`
}
const file = (name: string, text: string) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(text),
})
const conf = `password_file: /etc/mosquitto/passwd
max_connections 100
connection cloud
address broker.example:8883
remote_password hush
topic sensors/# out 1
foo bar
`
const files = [
  file('passwd', `anna:${hashed('ring twice')}\nadmin:${hashed('no more')}\n`),
  file('aclfile', 'user anna\ntopic read postbox/%u/#\ntopic <b>bold</b>/#\n'),
  file('mosquitto.conf', conf),
]

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

test('the owner takes a Mosquitto over, and its devices sign in by their old passwords', async () => {
  await using browser = await signIn(server.url, '/mqtt?view=access')
  const { page } = browser
  await page.getByRole('tab', { name: 'Access' }).click()
  await page.getByRole('button', { name: 'Take over from Mosquitto' }).click()
  const dialog = page.getByRole('dialog')
  const apply = dialog.getByRole('button', { name: 'Take over' })
  expect(await apply.isDisabled()).toBe(true)
  await dialog.getByLabel('mosquitto.conf', { exact: true }).setInputFiles(file('x.conf', 'a\0b'))
  await dialog.getByText('is no text file').waitFor()

  const dropped = await page.evaluateHandle(
    (texts) => {
      const data = new DataTransfer()
      for (const { name, text } of texts) data.items.add(new File([text], name))
      return data
    },
    files.map(({ name, buffer }) => ({ name, text: buffer.toString() })),
  )
  await dialog.getByText('Or drop them here').dispatchEvent('drop', { dataTransfer: dropped })
  await dialog.getByText('anna may receive from postbox/%u/#').waitFor()
  await dialog.getByText('<b>bold</b>/#').waitFor()
  await dialog.getByText('Connections: 500 → 100').waitFor()
  await dialog.getByText('mosquitto.conf, line 1').waitFor()
  await dialog.getByText('There is an account "admin" already').waitFor()
  expect(await dialog.getByRole('checkbox').isChecked()).toBe(true)
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () =>
    (await (window as unknown as { axe: typeof axe }).axe.run(document)).violations.map(({ id }) => id),
  )
  expect(found).toEqual([])
  await apply.click()
  await dialog.getByText('1 account added').waitFor()
  await dialog.getByText('1 bridge added, switched off').waitFor()
  await dialog.getByText('1 rule that allowed everything removed').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('anna may receive from postbox/%u/#').waitFor()
  expect(browser.complaints).toEqual([])
  const [bridge] = (await server.api('GET', '/api/broker/bridges')).body
  expect(bridge).toMatchObject({ name: 'cloud', enabled: false, maps: [{ filter: 'sensors/#', qos: 1 }] })
  expect((await server.api('GET', '/api/connections')).body).toContainEqual(
    expect.objectContaining({ id: bridge.connection, name: 'cloud', secretsSet: ['password'] }),
  )

  const login = { username: 'anna', password: 'ring twice', reconnectPeriod: 0 }
  const anna = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, login)
  await anna.subscribeAsync('postbox/anna/#')
  await expect(anna.subscribeAsync('#')).rejects.toThrow()
  await anna.endAsync()
})
