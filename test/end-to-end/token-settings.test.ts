import axe from 'axe-core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const pair = await generateKeyPair('ES256', { extractable: true })
const jwks = async (key: CryptoKey) => JSON.stringify({ keys: [{ ...(await exportJWK(key)), alg: 'ES256' }] })
const token = (seconds: number) =>
  new SignJWT({
    ...{ sub: 'bell', aud: 'house', scope: 'mqtt:publish:home/%u' },
    exp: Date.now() / 1000 + seconds,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(pair.privateKey)

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

test('the owner lets tokens in, tries one, and a device signs in by it until it runs out', async () => {
  await using browser = await signIn(server.url, '/mqtt')
  const { page } = browser
  await page.getByRole('tab', { name: 'Access' }).click()
  const section = page.locator('#json-web-tokens')
  await section.getByRole('switch', { name: 'Tokens count as passwords' }).click()
  const save = section.getByRole('button', { name: 'Save' })
  await save.click()
  await section.getByText('Enter where the issuer has its public keys').waitFor()
  await section.getByRole('radio', { name: 'Pasted' }).click()
  await section.getByLabel('Keys (JWKS)').fill(await jwks(pair.privateKey))
  await save.click()
  await section.getByText('Key 1 is a secret one.').waitFor()
  await section.getByLabel('Keys (JWKS)').fill(await jwks(pair.publicKey))
  await section.getByLabel('Meant for').fill('garage')

  await section.getByLabel('Token', { exact: true }).fill(await token(60))
  await section.getByRole('button', { name: 'Try' }).click()
  await section.getByText('The token is meant for another service').waitFor()
  await section.getByLabel('Meant for').fill('house')
  await section.getByRole('button', { name: 'Try' }).click()
  await section.getByText('It signs in “bell” (Device)').waitFor()
  await section.getByText('bell may send to home/%u').waitFor()
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () =>
    (await (window as unknown as { axe: typeof axe }).axe.run(document)).violations.map(({ id }) => id),
  )
  expect(found).toEqual([])
  await save.click()
  await page.getByText('Tokens count by these settings from now on.').waitFor()
  expect(browser.complaints).toEqual([])

  const device = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, {
    ...{ username: 'bell', password: await token(3), reconnectPeriod: 0 },
  })
  await device.publishAsync('home/bell', 'ding', { qos: 1 })
  await expect.poll(() => device.connected, { timeout: 10_000 }).toBe(false)
})
