import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type Mqtt from 'mqtt'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  await server.api('POST', '/api/users', { name: 'lamp', role: 'device', password: 'a-lamp-shines' })
})
afterAll(() => server[Symbol.asyncDispose]())

test('a key is made, shown once, and removed', async () => {
  await using browser = await signIn(server.url, '/mqtt?show=listeners')
  const { page, complaints } = browser
  const keys = page.getByRole('region', { name: 'Pre-shared keys' })
  await keys.getByRole('button', { name: 'Add a key' }).click()
  await page.getByLabel('Identity').fill('hall')
  await page.getByLabel('User').click()
  await page.getByRole('option', { name: 'lamp' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  await page.getByText(/^[0-9a-f]{64}$/).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await keys.getByText('hall').waitFor()
  expect(await page.getByText(/^[0-9a-f]{64}$/).count()).toBe(0)
  await keys.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await keys.getByText('No device has a key.').waitFor()
  expect(complaints).toEqual([])
})

test('a certificate is made and downloaded with its key', async () => {
  await using browser = await signIn(server.url, '/mqtt?show=listeners')
  const { page } = browser
  await page.getByRole('button', { name: 'Make a certificate' }).click()
  await page.getByLabel('User').click()
  await page.getByRole('option', { name: 'lamp' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Key' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('lamp-key.pem')
  expect(await readFile(await download.path(), 'utf8')).toContain('BEGIN PRIVATE KEY')
})

test('the authority is saved under the name that its link says', async () => {
  await using browser = await signIn(server.url, '/mqtt?show=listeners')
  const link = browser.page.getByRole('link', { name: 'Download wirehouse-ca.pem' })
  await link.waitFor()
  const [path, name] = [await link.getAttribute('href'), await link.getAttribute('download')]
  expect(name).toBe('wirehouse-ca.pem')
  const { headers } = await fetch(`${server.url}${path}`)
  expect(headers.get('Content-Disposition')).toBe(`attachment; filename="${name}"`)
})

test('the certificate is renewed with a click', async () => {
  await using browser = await signIn(server.url, '/mqtt?show=listeners')
  const { page } = browser
  const before = (await server.api('GET', '/api/broker/listeners')).body.tls.certificate.fingerprint
  await page.getByText(before).waitFor()
  await page.getByRole('button', { name: 'Renew now' }).click()
  await page.getByText(before).waitFor({ state: 'detached' })
})

/** The bundle of mqtt.js for browsers, on a page of another server, whose origin this answers. */
async function foreignPage(): Promise<AsyncDisposable & { readonly origin: string }> {
  const bundle = await readFile(createRequire(import.meta.url).resolve('mqtt/dist/mqtt.min'))
  const host = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/mqtt.js' ? 'text/javascript' : 'text/html')
    response.end(request.url === '/mqtt.js' ? bundle : '<!doctype html><script src="/mqtt.js"></script>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => host.once('listening', resolve))
  const { port } = host.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      host.close()
    },
  }
}

/** Publishes in the browser to itself; answers what came back, or why not. */
const talk = (page: Page, version: 4 | 5, login: object): Promise<string> =>
  page.evaluate(
    ([url, protocolVersion, credentials]) =>
      new Promise<string>((resolve) => {
        // the bundle puts itself there
        const { mqtt } = window as unknown as { readonly mqtt: typeof Mqtt }
        const client = mqtt.connect(url, {
          protocolVersion,
          reconnectPeriod: 0,
          ...credentials,
        })
        client.on('error', (error: Error) => resolve(error.message))
        client.on('close', () => resolve('closed'))
        client.on('message', (topic: string, payload: unknown) => resolve(`${topic} ${payload}`))
        client.on('connect', () =>
          client.subscribe('browser/#', { qos: 1 }, () =>
            client.publish('browser/says', 'hello', { qos: 1 }),
          ),
        )
      }),
    [`${server.url.replace('http', 'ws')}/mqtt`, version, login] as const,
  )

const login = { username: 'lamp', password: 'a-lamp-shines' }

test('a page from elsewhere talks MQTT only when its origin is allowed, and with a login', async () => {
  await using elsewhere = await foreignPage()
  await using browser = await openBrowser(elsewhere.origin)
  const allow = (origins: string[]) =>
    server.api('PUT', '/api/broker/listeners', { origins, needsProof: false })
  expect(await talk(browser.page, 4, login)).toBe('closed')
  expect((await allow([`${elsewhere.origin}/some/page`])).body.origins).toEqual([elsewhere.origin])
  expect(await talk(browser.page, 4, login)).toBe('browser/says hello')
  expect(await talk(browser.page, 5, login)).toBe('browser/says hello')
  expect(await talk(browser.page, 4, {})).not.toBe('browser/says hello')
  await allow([])
  expect(await talk(browser.page, 5, login)).toBe('closed')
  expect((await allow(['no origin'])).body.code).toBe('ORIGIN_INVALID')
})
