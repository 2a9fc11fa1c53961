import { describe, expect, it } from 'vitest'
import webPush from 'web-push'
import { realClock } from '#server/engine/real-clock.ts'
import { startFakePushService } from './fake-push-service.ts'

const keys = webPush.generateVAPIDKeys()
const vapidDetails = { subject: 'mailto:house@example.org', ...keys }

/** As the library web-push would send it; it knows https alone, so that here only its bytes are used. */
async function send(
  subscription: webPush.PushSubscription,
  text: string,
  options: webPush.RequestOptions = {},
) {
  const made = webPush.generateRequestDetails(subscription, text, { vapidDetails, ...options })
  const headers = Object.fromEntries(
    Object.entries(made.headers).map(([name, value]) => [name, String(value)]),
  )
  delete headers['Content-Length']
  const response = await fetch(made.endpoint, { method: 'POST', headers, body: new Uint8Array(made.body) })
  return response.status
}

describe('the fake push service', () => {
  it('shows what an independent library sends', async () => {
    await using service = await startFakePushService(realClock)
    const browser = service.subscribe(keys.publicKey)
    const status = await send(browser.subscription, 'Öffnen?', { TTL: 60, urgency: 'high', topic: 'abc' })
    expect(status).toBe(201)
    expect(browser.pushes).toEqual([{ text: 'Öffnen?', ttl: 60, urgency: 'high', topic: 'abc' }])
  })

  it('refuses another house, another browser and one that is gone', async () => {
    await using service = await startFakePushService(realClock)
    const [browser, other] = [service.subscribe(keys.publicKey), service.subscribe(keys.publicKey)]
    const stranger = { ...vapidDetails, ...webPush.generateVAPIDKeys() }
    expect(await send(browser.subscription, 'x', { vapidDetails: stranger })).toBe(403)
    const mixed = { endpoint: browser.subscription.endpoint, keys: other.subscription.keys }
    expect(await send(mixed, 'x')).toBe(400)
    service.unsubscribe(browser)
    expect(await send(browser.subscription, 'x')).toBe(410)
    expect(browser.pushes).toEqual([])
  })
})
