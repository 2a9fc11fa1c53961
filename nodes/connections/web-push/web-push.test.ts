import { createECDH } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Browser, BrowserDesk } from '#kit/runtime/browsers.ts'
import type { Parcel } from '#kit/runtime/outbox.ts'
import type { Reach } from '#kit/runtime/web-address.ts'
import { FakePostDesk } from '#rig/fake-outbox.ts'
import { type FakeBrowser, startFakePushService } from '#rig/fake-push-service.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { encryptFor, MAX_PUSH_BYTES } from './encrypt.ts'
import { Pusher } from './pusher.ts'

/** RFC 8291, section 5 and appendix A. */
const example = {
  text: 'When I grow up, I want to be a watermelon',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  privateKey: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  sealed:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

it('encrypts as the example of RFC 8291 says', () => {
  const drawn = {
    salt: Buffer.from(example.salt, 'base64url'),
    privateKey: Buffer.from(example.privateKey, 'base64url'),
  }
  expect(encryptFor(example, example.text, drawn).toString('base64url')).toBe(example.sealed)
})

it('fills a record of 4096 bytes and not more', () => {
  expect(encryptFor(example, 'x'.repeat(MAX_PUSH_BYTES)).length).toBe(4_096)
})

/** A house with browsers in memory. */
function house() {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const keys = { publicKey: pair.getPublicKey('base64url'), privateKey: pair.getPrivateKey('base64url') }
  const all = new Map<string, Browser>()
  const desk: BrowserDesk = {
    keys: async () => keys,
    of: (user) => [...all.values()].filter((browser) => user === undefined || browser.user === user),
    find: (id) => all.get(id),
    forget: async (id) => void all.delete(id),
  }
  const take = (id: string, { subscription: { endpoint, keys } }: FakeBrowser, user = 'anna') =>
    void all.set(id, { id, user, endpoint, ...keys })
  return { keys, all, desk, take }
}

function pusherOf(
  desk: BrowserDesk,
  clock: VirtualClock,
  mayReach: readonly Reach[] = ['machine'],
  posts = new FakePostDesk(),
) {
  const context = {
    id: 'web-push',
    config: {},
    clock,
    signal: new AbortController().signal,
    services: { ...fakeServices(), browsers: desk, posts },
    status: () => undefined,
    log: () => undefined,
    own: <Resource>(resource: Resource) => resource,
  }
  return new Pusher(context, new Set(mayReach))
}

const parcel = (changes: Partial<Parcel> = {}): Parcel => ({
  number: 7,
  from: { flow: 'flow', node: 'node' },
  target: 'b1',
  body: { title: 'Tür', text: 'Offen 🚪', expiresAfterMs: 0 },
  urgency: 'alarm',
  count: 1,
  at: Date.UTC(2026, 0, 1),
  mayBeDouble: false,
  ...changes,
})

describe('a notification', () => {
  it('reaches the browser, which alone can read it', async () => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, desk, take } = house()
    const browser = service.subscribe(keys.publicKey)
    take('b1', browser)
    expect(await pusherOf(desk, clock).send(parcel())).toMatchObject({ kind: 'sent' })
    const [push] = browser.pushes
    expect(push).toMatchObject({ ttl: 28 * 86_400, urgency: 'high' })
    expect(JSON.parse(push?.text ?? '')).toEqual({
      title: 'Tür',
      text: 'Offen 🚪',
      tag: push?.topic,
      isAlarm: true,
      at: Date.UTC(2026, 0, 1),
    })
  })

  it('takes the place of its first showing when it is sent again, also after a restart', async () => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, desk, take } = house()
    const browser = service.subscribe(keys.publicKey)
    take('b1', browser)
    const posts = new FakePostDesk()
    for (const number of [7, 7, 8]) await pusherOf(desk, clock, ['machine'], posts).send(parcel({ number }))
    const [first, again, other] = browser.pushes.map(({ topic }) => topic)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('is kept for the browser only as long as it is worth something', async () => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, desk, take } = house()
    const browser = service.subscribe(keys.publicKey)
    take('b1', browser)
    await clock.advance(20_000)
    await pusherOf(desk, clock).send(parcel({ body: { title: 'x', text: '', expiresAfterMs: 60_000 } }))
    expect(browser.pushes[0]?.ttl).toBe(40)
  })
})

describe('a browser that is gone', () => {
  it.each([404, 410, 403])(
    'is forgotten at %i; where it was the last of its person, that is said',
    async (status) => {
      const clock = new VirtualClock()
      await using service = await startFakePushService(clock)
      const { keys, all, desk, take } = house()
      take('b1', service.subscribe(keys.publicKey))
      take('b2', service.subscribe(keys.publicKey))
      take('b3', service.subscribe(keys.publicKey), 'bob')
      service.fail(status)
      expect(await pusherOf(desk, clock).send(parcel())).toEqual({ kind: 'sent', receipt: { isGone: true } })
      service.fail(status)
      await expect(pusherOf(desk, clock).send(parcel({ target: 'b2' }))).rejects.toMatchObject({
        code: 'WEB_PUSH_GONE',
      })
      expect([...all.keys()]).toEqual(['b3'])
      await expect(pusherOf(desk, clock).send(parcel())).rejects.toMatchObject({ code: 'WEB_PUSH_GONE' })
    },
  )
})

describe('what goes wrong', () => {
  it.each([
    [429, '30', { kind: 'pause', ms: 30_000, of: 'target' }],
    [500, undefined, { kind: 'fault', isUncertain: true }],
  ])('for now is tried again: %i', async (status, retryAfter, outcome) => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, all, desk, take } = house()
    take('b1', service.subscribe(keys.publicKey))
    service.fail(status, retryAfter)
    expect(await pusherOf(desk, clock).send(parcel())).toMatchObject(outcome)
    expect(all.size).toBe(1)
  })

  it('for good is said, and tells no endpoint', async () => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, desk, take } = house()
    const browser = service.subscribe(keys.publicKey)
    take('b1', browser)
    service.fail(400)
    const error = await pusherOf(desk, clock)
      .send(parcel())
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'WEB_PUSH_REFUSED' })
    const { pathname } = new URL(browser.subscription.endpoint)
    expect(JSON.stringify([String(error), error])).not.toContain(pathname)
  })

  it('is refused for an endpoint that leads into the house', async () => {
    const clock = new VirtualClock()
    await using service = await startFakePushService(clock)
    const { keys, desk, take } = house()
    const browser = service.subscribe(keys.publicKey)
    take('b1', browser)
    await expect(pusherOf(desk, clock, ['internet']).send(parcel())).rejects.toMatchObject({
      code: 'WEB_MACHINE',
    })
    expect(browser.pushes).toEqual([])
  })
})
