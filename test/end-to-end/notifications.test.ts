import { createECDH } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const pair = createECDH('prime256v1')
pair.generateKeys()
const subscription = {
  endpoint: 'https://push.invalid/send/abc',
  keys: { p256dh: pair.getPublicKey('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') },
}

/** The settings, in a browser whose maker's push service is not asked: there is none here. */
async function openSettings() {
  const browser = await signIn(server.url, '/settings')
  const { page } = browser
  await page.context().grantPermissions(['notifications'], { origin: server.url })
  await page.addInitScript((made) => {
    const name = 'subscribed'
    const one = {
      endpoint: made.endpoint,
      options: { applicationServerKey: null },
      toJSON: () => made,
      unsubscribe: async () => localStorage.removeItem(name),
    }
    const current = async () => (localStorage.getItem(name) ? one : null)
    Object.assign(PushManager.prototype, {
      getSubscription: current,
      subscribe: async () => {
        localStorage.setItem(name, 'yes')
        return one
      },
    })
  }, subscription)
  await page.reload()
  return browser
}

/** Hands the service worker what a push service would bring. */
async function pushService(page: Page): Promise<(data: object) => Promise<unknown>> {
  const devtools = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const active = versions.find(({ status }) => status === 'activated')
      if (active) resolve(active.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  const to = { origin: server.url, registrationId: await registered }
  return (data) => devtools.send('ServiceWorker.deliverPushMessage', { ...to, data: JSON.stringify(data) })
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    const notifications = await registration.getNotifications()
    return notifications.map(({ title, body, tag }) => ({ title, body, tag }))
  })

test('a person switches notifications on and sees them, each once, and off again', async () => {
  await using browser = await openSettings()
  const { page } = browser
  const toggle = page.getByRole('switch', { name: 'Show notifications' })
  await toggle.click()
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true')

  const gate = { title: 'Gate', text: 'Open', tag: 'a', isAlarm: true, at: 1_767_225_600_000 }
  const push = await pushService(page)
  // what stands in for the service loses one now and then where the machine is busy: it brings each until it shows
  for (const message of [gate, gate, { ...gate, title: 'Door', tag: 'b' }])
    await expect
      .poll(
        async () => {
          await push(message)
          return (await shown(page)).map(({ tag }) => tag)
        },
        { interval: 1_000 },
      )
      .toContain(message.tag)
  await expect
    .poll(async () => (await shown(page)).sort((a, b) => a.tag.localeCompare(b.tag)))
    .toEqual([
      { title: 'Gate', body: 'Open', tag: 'a' },
      { title: 'Door', body: 'Open', tag: 'b' },
    ])

  await page.reload()
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true')
  await toggle.click()
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false')
  expect(browser.complaints).toEqual([])
})

test('where the browser forbids them, the reason is said and the switch is locked', async () => {
  await using browser = await signIn(server.url, '/settings', { language: 'de' })
  const { page } = browser
  await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
  await page.reload()
  await page.getByText(/Browser erlauben das nur Seiten, die über https/).waitFor()
  expect(await page.getByRole('switch', { name: 'Meldungen zeigen' }).isDisabled()).toBe(true)
})
