import { beforeEach, describe, expect, test } from 'vitest'
import type { Tried } from '#kit/runtime/outbox.ts'
import { fault, outboxRig, refused, sent } from './rig/outbox-rig.ts'

let rig: ReturnType<typeof outboxRig>
let start: number
beforeEach(() => {
  rig = outboxRig()
  start = rig.clock.now()
})

const MINUTE = 60_000
const bodies = (connection?: string) => rig.carrier(connection).bodies
/** Milliseconds since the start of the test at which the carrier was asked. */
const times = () => rig.carrier().given.map(({ sentAt }) => sentAt - start)
const never = () => new Promise<Tried>(() => {})

describe('a post', () => {
  test('is sent by the carrier of its connection, and its node is told', async () => {
    rig.carrier().answer = () => ({ kind: 'sent', receipt: { id: 7 } })
    await rig.post({ body: { text: 'Door', photo: Buffer.from('jpg') }, keep: { at: 1 } })
    await rig.clock.advance(0)
    const [parcel] = rig.carrier().given
    expect(parcel).toEqual({
      ...{ number: 1, from: { flow: 'f', node: 'n' }, target: 'ada', urgency: 'normal', count: 1 },
      ...{ at: start, sentAt: start, mayBeDouble: false },
      body: { text: 'Door', photo: Buffer.from('jpg') },
    })
    expect(rig.news).toEqual([
      {
        ...{ flow: 'f', node: 'n', kind: 'sent', post: 1, target: 'ada', keep: { at: 1 } },
        ...{ receipt: { id: 7 }, count: 1, mayBeDouble: false },
      },
    ])
  })

  test('is on disk once it is taken, and sent by the next process', async () => {
    rig.missing.add('bot')
    await rig.post({ body: 'first' })
    rig.crash()
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['first'])
  })

  test('whose try was open when the process ended is sent again, and says that it may be double', async () => {
    rig.carrier().answer = never
    await rig.post({})
    await rig.clock.advance(0)
    rig.crash()
    rig.carrier().answer = () => sent
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ mayBeDouble }) => mayBeDouble)).toEqual([false, true])
  })

  test('that has arrived is not sent again by the next process', async () => {
    await rig.post({})
    await rig.clock.advance(0)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['hello'])
  })

  test('that is refused for good fails at once, and does not stop those behind it', async () => {
    rig.carrier().answer = ({ body }) => (body === 'bad' ? refused() : sent)
    await rig.post({ body: 'bad' })
    await rig.post({ body: 'good' })
    await rig.clock.advance(0)
    expect(rig.news.map(({ kind }) => kind)).toEqual(['failed', 'sent'])
    expect(rig.news[0]).toMatchObject({ error: { code: 'REFUSED' } })
  })

  test('says of a carrier that breaks nothing but the name of its error, for the rest may hold a secret', async () => {
    rig.carrier().answer = () => {
      throw new TypeError('https://api.test/bot123:SECRET')
    }
    await rig.post({})
    await rig.clock.advance(0)
    expect(rig.news).toMatchObject([{ error: { code: 'POST_BROKEN' } }])
    expect(JSON.stringify([rig.news, rig.logs, rig.outbox.list()])).not.toContain('SECRET')
  })

  test.each([
    ['a body that no disk can hold', { body: () => 1 }],
    ['a body of more than 12 MB', { body: Buffer.alloc(13_000_000) }],
    ['no connection', { connection: '' }],
    ['an urgency that nobody knows', { urgency: 'panic' as never }],
    ['an expiry in the past', { expiresAfterMs: -1 }],
  ])('with %s is refused', async (_, post) => {
    await expect(rig.post(post)).rejects.toMatchObject({ code: 'POST_INVALID' })
    expect(rig.outbox.list()).toEqual([])
  })
})

describe('a message that runs again', () => {
  beforeEach(() => rig.missing.add('bot'))
  const waiting = () => rig.outbox.list().map(({ number }) => number)

  test('finds its post in the outbox', async () => {
    await rig.post({ id: 'k1' })
    rig.crash()
    await rig.post({ id: 'k1', repeated: true })
    expect(waiting()).toEqual([1])
  })

  test('finds it also once it was sent', async () => {
    rig.missing.clear()
    await rig.post({ id: 'k1' })
    await rig.clock.advance(0)
    await rig.post({ id: 'k1', repeated: true })
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['hello'])
  })

  test('finds each of several', async () => {
    await rig.post({ id: 'k1', index: 0, body: 'a' })
    await rig.post({ id: 'k1', index: 1, body: 'b' })
    await rig.post({ id: 'k1', index: 0, body: 'a', repeated: true })
    await rig.post({ id: 'k1', index: 1, body: 'b', repeated: true })
    await rig.post({ id: 'k1', index: 2, body: 'c', repeated: true })
    expect(waiting()).toEqual([1, 2, 3])
  })

  test('and posts something else loses neither: the other is new, and may be double', async () => {
    await rig.post({ id: 'k1', body: 'window' })
    await rig.post({ id: 'k1', body: 'door', repeated: true })
    expect(rig.outbox.list().map(({ mayBeDouble }) => mayBeDouble)).toEqual([false, true])
  })

  test('waits for the disk if its post is still on its way there', async () => {
    rig.disk.isFull = true
    const [first, second] = [rig.post({ id: 'k1' }), rig.post({ id: 'k1', repeated: true })]
    await rig.clock.advance(0)
    expect(waiting()).toEqual([1])
    rig.disk.isFull = false
    await rig.clock.advance(1_000)
    await Promise.all([first, second])
  })

  test('is another one if it does not say that it is repeated', async () => {
    await rig.post({ id: 'same' })
    await rig.post({ id: 'same' })
    expect(waiting()).toEqual([1, 2])
  })
})

describe('what must not happen twice', () => {
  test('is not sent again by the next process', async () => {
    rig.carrier().answer = never
    await rig.post({ atMostOnce: true })
    await rig.clock.advance(0)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(bodies().length).toBe(1)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_UNCERTAIN' } }])
  })

  test('is not sent again when nobody knows how a try ended', async () => {
    rig.carrier().answer = () => fault(true)
    await rig.post({ atMostOnce: true })
    await rig.clock.advance(MINUTE)
    expect(bodies().length).toBe(1)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_UNCERTAIN' } }])
  })

  test('is sent again when it certainly did not arrive', async () => {
    rig.carrier().answer = () => (bodies().length === 1 ? fault(false) : sent)
    await rig.post({ atMostOnce: true })
    await rig.clock.advance(MINUTE)
    expect(rig.news).toMatchObject([{ kind: 'sent', mayBeDouble: false }])
  })

  test('is not sent while the disk could not tell that it was', async () => {
    rig.missing.add('bot')
    await rig.post({ atMostOnce: true })
    rig.disk.isFull = true
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual([])
    expect(rig.outbox.list()).toMatchObject([{ attempts: 0, why: { code: 'POST_NOT_ON_DISK' } }])
    rig.disk.isFull = false
    await rig.clock.advance(5 * MINUTE)
    expect(bodies()).toEqual(['hello'])
  })
})

describe('order', () => {
  test('is kept within a target, also when the first has to be tried again', async () => {
    rig.carrier().answer = () => (times().length === 1 ? fault() : sent)
    for (const body of ['a', 'b', 'c']) await rig.post({ body })
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['a', 'a', 'b', 'c'])
  })

  test('one at a time for a target, targets side by side', async () => {
    rig.carrier().answer = never
    for (const target of ['ada', 'bob', 'ada', 'bob']) await rig.post({ target })
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ target }) => target)).toEqual(['ada', 'bob'])
  })

  test('an alarm overtakes a thousand notices, also within a target', async () => {
    rig.carrier().pace = { burst: 1, intervalMs: 100 }
    for (let count = 0; count < 1_000; count++) await rig.post({ body: count, urgency: 'low' })
    await rig.clock.advance(300)
    await rig.post({ body: 'fire', urgency: 'alarm' })
    await rig.post({ body: 'smoke', urgency: 'alarm', target: 'bob' })
    await rig.clock.advance(300)
    expect(bodies()).toEqual([0, 1, 2, 3, 'fire', 'smoke', 4])
  })
})

describe('pace', () => {
  test('is kept for a target', async () => {
    rig.carrier().paces = () => ({ burst: 2, intervalMs: 1_000 })
    for (let count = 0; count < 4; count++) await rig.post({})
    await rig.clock.advance(MINUTE)
    expect(times()).toEqual([0, 0, 1_000, 2_000])
  })

  test('is kept for a connection, over all its targets', async () => {
    rig.carrier().pace = { burst: 1, intervalMs: 50 }
    for (const target of ['ada', 'bob', 'cy']) await rig.post({ target })
    await rig.clock.advance(MINUTE)
    expect(times()).toEqual([0, 50, 100])
  })

  test.each(['ada', 'bob'])('counts what the process before has sent (to %s)', async (target) => {
    if (target === 'ada') rig.carrier().paces = () => ({ burst: 2, intervalMs: 10_000 })
    else rig.carrier().pace = { burst: 2, intervalMs: 10_000 }
    for (let count = 0; count < 2; count++) await rig.post({})
    await rig.post({ target })
    await rig.clock.advance(100)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(times()).toEqual([0, 0, 10_000])
  })
})

describe('a pause that the other end asks for', () => {
  const pauseOnce = (of: 'target' | 'connection') => {
    rig.carrier().answer = () => (times().length === 1 ? { kind: 'pause', ms: 35_000, of } : sent)
  }

  test('is kept to the millisecond, for a target alone', async () => {
    pauseOnce('target')
    await rig.post({})
    await rig.post({ target: 'bob' })
    await rig.clock.advance(MINUTE)
    expect(rig.carrier().given.map(({ target, sentAt }) => [target, sentAt - start])).toEqual([
      ['ada', 0],
      ['bob', 0],
      ['ada', 35_000],
    ])
  })

  test('is kept for the whole connection, alarms included', async () => {
    pauseOnce('connection')
    await rig.post({})
    await rig.clock.advance(0)
    await rig.post({ target: 'bob', urgency: 'alarm' })
    await rig.clock.advance(MINUTE)
    expect(times()).toEqual([0, 35_000, 35_000])
    expect(rig.carrier().given.map(({ mayBeDouble }) => mayBeDouble)).toEqual([false, false, false])
  })

  test.each(['target', 'connection'] as const)('is kept by the next process (%s)', async (of) => {
    pauseOnce(of)
    await rig.post({})
    await rig.clock.advance(5_000)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(times()).toEqual([0, 35_000])
  })
})

describe('a fault', () => {
  test('is tried again after 1 s, 2 s, 4 s … 5 min', async () => {
    rig.carrier().answer = () => fault()
    await rig.post({})
    await rig.clock.advance(30 * MINUTE)
    const waits = times().map((time, index) => (time - (times()[index - 1] ?? 0)) / 1_000)
    expect(waits.slice(0, 10)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])
    expect(waits.slice(10)).toEqual([300, 300, 300, 300])
  })

  test('waits are spread, and never longer than 5 min', async () => {
    rig.random = 1
    rig.carrier().answer = () => fault()
    await rig.post({})
    await rig.clock.advance(15 * MINUTE)
    const waits = times().map((time, index) => (time - (times()[index - 1] ?? 0)) / 1_000)
    expect(waits.slice(1, 4)).toEqual([1.5, 3, 6])
    expect(Math.max(...waits)).toBeLessThanOrEqual(300)
  })

  test('that may have arrived marks what follows', async () => {
    rig.carrier().answer = () => (times().length === 1 ? fault(true) : sent)
    await rig.post({})
    await rig.clock.advance(MINUTE)
    expect(rig.news).toMatchObject([{ kind: 'sent', mayBeDouble: true }])
  })

  test('of a try that never ends is one after two minutes', async () => {
    rig.carrier().answer = () => (times().length === 1 ? never() : sent)
    await rig.post({})
    await rig.clock.advance(3 * MINUTE)
    expect(times()).toEqual([0, 121_000])
    expect(rig.news).toMatchObject([{ kind: 'sent', mayBeDouble: true }])
  })

  test('of one target stops no other', async () => {
    rig.carrier().answer = ({ target }) => (target === 'ada' ? fault() : sent)
    await rig.post({ urgency: 'alarm' })
    for (let count = 0; count < 5; count++) await rig.post({ target: 'bob', body: count })
    await rig.clock.advance(1_000)
    await rig.post({ target: 'cy', body: 5 })
    await rig.clock.advance(0)
    expect(rig.carrier().given.filter(({ target }) => target !== 'ada').length).toBe(6)
  })

  test.each([1, 3, 5, 7, 9])(
    'of two targets keeps a third waiting for ten seconds at most, after %i min',
    async (minutes) => {
      rig.carrier().answer = ({ target }) => (target === 'cy' ? sent : fault())
      await rig.post({ target: 'ada', urgency: 'alarm' })
      await rig.post({ target: 'bob', urgency: 'alarm' })
      await rig.clock.advance(minutes * MINUTE)
      const at = rig.clock.now()
      await rig.post({ target: 'cy', urgency: 'low' })
      await rig.clock.advance(10 * MINUTE)
      const [third] = rig.carrier().given.filter(({ target }) => target === 'cy')
      expect((third?.sentAt ?? 0) - at).toBeLessThanOrEqual(10_000)
    },
  )

  test('of many tries side by side counts once: all is well soon after a short one', async () => {
    rig.carrier().answer = async () => {
      await rig.clock.after(100, () => {}).done
      return rig.clock.now() < start + 4_000 ? fault() : sent
    }
    for (let count = 0; count < 16; count++) await rig.post({ target: `t${count}` })
    await rig.clock.advance(8_000)
    expect(rig.outbox.metrics().waiting).toBe(0)
  })

  test('of all targets is felt for with one try at a time, and not by each of them', async () => {
    let isDown = true
    rig.carrier().answer = () => (isDown ? fault() : sent)
    for (let count = 0; count < 50; count++) await rig.post({ target: `t${count}` })
    await rig.clock.advance(30 * MINUTE)
    expect(times().length).toBeLessThan(16 + 50 + 30)
    isDown = false
    const tries = times().length
    await rig.clock.advance(5 * MINUTE)
    expect(rig.outbox.metrics().waiting).toBe(0)
    const after = times().slice(tries)
    expect((after.at(-1) ?? 0) - (after[0] ?? 0)).toBeLessThan(10_000)
  })

  test('that is over for one target is over for all', async () => {
    let isDown = true
    rig.carrier().answer = () => (isDown ? fault() : sent)
    for (const target of ['ada', 'bob', 'cy']) await rig.post({ target })
    await rig.clock.advance(30 * MINUTE)
    isDown = false
    const tries = times().length
    await rig.clock.advance(5 * MINUTE)
    expect(new Set(times().slice(tries)).size).toBe(1)
  })

  test('does not keep an alarm waiting for the end of a long back-off', async () => {
    rig.carrier().answer = () => fault()
    await rig.post({})
    await rig.clock.advance(6 * MINUTE)
    rig.carrier().answer = () => sent
    const at = rig.clock.now()
    await rig.post({ urgency: 'alarm' })
    await rig.clock.advance(10_000)
    const [alarm] = rig.carrier().given.filter(({ urgency }) => urgency === 'alarm')
    expect((alarm?.sentAt ?? Number.NaN) - at).toBeLessThanOrEqual(10_000)
  })
})

describe('expiry', () => {
  test('ends what waits, with the reason why it did', async () => {
    rig.carrier().answer = () => fault()
    await rig.post({ expiresAfterMs: 30_000 })
    await rig.clock.advance(31_000)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_EXPIRED_FOR' } }])
    const tries = times().length
    await rig.clock.advance(10 * MINUTE)
    expect(times().length).toBe(tries)
  })

  test('counts while the house is off', async () => {
    rig.missing.add('bot')
    await rig.post({ expiresAfterMs: 30_000 })
    rig.kill()
    await rig.clock.advance(30_000)
    rig.missing.clear()
    rig.begin()
    await rig.clock.advance(0)
    expect([bodies(), rig.news]).toMatchObject([[], [{ kind: 'failed', error: { code: 'POST_EXPIRED' } }]])
  })

  test('comes after a day, but for alarms', async () => {
    rig.missing.add('bot')
    await rig.post({ body: 'notice' })
    await rig.post({ body: 'alarm', urgency: 'alarm' })
    await rig.clock.advance(25 * 60 * MINUTE)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_EXPIRED_FOR' }, post: 1 }])
    rig.missing.clear()
    await rig.clock.advance(5 * MINUTE)
    expect(bodies()).toEqual(['alarm'])
  })
})

describe('folding', () => {
  test('makes one of those that wait, with the newest body and their number', async () => {
    rig.missing.add('bot')
    for (let count = 1; count <= 12; count++)
      await rig.post({ body: `door ${count}`, fold: 'door', keep: count })
    await rig.post({ body: 'window', fold: 'window' })
    await rig.post({ body: 'door of bob', fold: 'door', target: 'bob' })
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    expect(rig.carrier().given.map(({ body, count }) => [body, count])).toEqual([
      ['door 12', 12],
      ['door of bob', 1],
      ['window', 1],
    ])
    expect(rig.news).toContainEqual(expect.objectContaining({ kind: 'sent', count: 12, keep: 12 }))
  })

  test('lasts, and its parts are known when their messages run again', async () => {
    rig.missing.add('bot')
    await rig.post({ id: 'k1', fold: 'door', body: 1 })
    await rig.post({ id: 'k2', fold: 'door', body: 2 })
    rig.crash()
    await rig.post({ id: 'k2', fold: 'door', body: 2, repeated: true })
    await rig.post({ id: 'k3', fold: 'door', body: 3 })
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    expect(rig.carrier().given).toMatchObject([{ body: 3, count: 3 }])
  })

  test('does not touch what is under way', async () => {
    let finish = (_: Tried): void => {}
    rig.carrier().answer = () => new Promise((resolve) => (finish = resolve))
    await rig.post({ fold: 'door', body: 1 })
    await rig.clock.advance(0)
    await rig.post({ fold: 'door', body: 2 })
    rig.carrier().answer = () => sent
    finish(sent)
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ body, count }) => [body, count])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })
})

describe('room', () => {
  test('ends, and the last of it is for alarms', async () => {
    rig = outboxRig({ limits: { posts: 10 } })
    rig.missing.add('bot')
    for (let count = 0; count < 9; count++) await rig.post({})
    await expect(rig.post({})).rejects.toMatchObject({ code: 'OUTBOX_FULL', values: { count: 9 } })
    await rig.post({ urgency: 'alarm' })
    await expect(rig.post({ urgency: 'alarm' })).rejects.toMatchObject({ code: 'OUTBOX_FULL' })
  })

  test('is also counted in bytes, and is free again when something has left', async () => {
    rig = outboxRig({ limits: { bytes: 1_000 } })
    rig.missing.add('bot')
    await rig.post({ body: Buffer.alloc(800) })
    await expect(rig.post({ body: Buffer.alloc(800) })).rejects.toMatchObject({ code: 'OUTBOX_FULL' })
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    await rig.post({ body: Buffer.alloc(800) })
  })
})

describe('a full disk', () => {
  test('stops no alarm, but nothing is acknowledged on what it does not hold', async () => {
    rig.disk.isFull = true
    let isAcknowledged = false
    const posted = rig.post({ urgency: 'alarm' }).then(() => {
      isAcknowledged = true
    })
    await rig.clock.advance(MINUTE)
    expect([bodies(), isAcknowledged]).toEqual([['hello'], false])
    expect(rig.outbox.metrics().refused).toBe(1)
    rig.disk.isFull = false
    await rig.clock.advance(1_000)
    await posted
    expect(rig.outbox.metrics().refused).toBe(0)
    expect(rig.news).toMatchObject([{ kind: 'sent' }])
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['hello'])
  })

  test('sends what was on disk before, and does not send it again when there is room', async () => {
    rig.missing.add('bot')
    await rig.post({})
    rig.disk.isFull = true
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    rig.disk.isFull = false
    await rig.clock.advance(1_000)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(bodies()).toEqual(['hello'])
  })

  test('refuses more than memory should hold', async () => {
    rig = outboxRig({ limits: { refusedPosts: 10 } })
    rig.disk.isFull = true
    rig.missing.add('bot')
    const refused: string[] = []
    for (let count = 0; count < 12; count++)
      rig.post({}).catch((error: { code: string }) => refused.push(error.code))
    await rig.clock.advance(0)
    expect(refused).toEqual(['DISK_FULL', 'DISK_FULL', 'DISK_FULL'])
    expect(rig.outbox.metrics().waiting).toBe(9)
  })

  test('is said when the house closes before there is room', async () => {
    rig.disk.isFull = true
    const posted = rig.post({})
    await rig.clock.advance(0)
    const [outcome] = await Promise.allSettled([posted, rig.outbox[Symbol.asyncDispose]()])
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DISK_FULL' } })
  })
})

describe('a connection', () => {
  test('that does not stand keeps its posts waiting, and says why', async () => {
    rig.missing.add('bot')
    await rig.post({})
    expect(rig.outbox.list()).toMatchObject([
      { number: 1, state: 'waiting', why: { code: 'CONNECTION_MISSING' }, nextAt: start + 1_000 },
    ])
    rig.missing.clear()
    rig.outbox.takeUp('bot')
    await rig.clock.advance(0)
    expect(bodies()).toEqual(['hello'])
  })

  test('is opened once something waits, and let go when nothing has for half a minute', async () => {
    await rig.post({})
    await rig.clock.advance(20_000)
    await rig.post({})
    await rig.clock.advance(29_000)
    expect(rig.opened).toEqual(['bot'])
    await rig.clock.advance(1_000)
    expect(rig.opened).toEqual(['bot', 'released'])
    await rig.post({})
    await rig.clock.advance(0)
    expect(rig.opened).toEqual(['bot', 'released', 'bot'])
  })

  test('that was deleted fails its posts', async () => {
    rig.missing.add('bot')
    await rig.post({})
    await rig.outbox.connectionDeleted('bot')
    await rig.clock.advance(0)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_CONNECTION_DELETED' } }])
  })

  test('that cannot send fails its posts', async () => {
    rig = outboxRig({ open: () => undefined })
    await rig.post({})
    await rig.clock.advance(0)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'CONNECTION_CANNOT_SEND' } }])
  })

  test('is let go for new settings, and what was cut off by that is tried again', async () => {
    let fail = (_: Error): void => {}
    rig.carrier().answer = () => new Promise((_, reject) => (fail = reject))
    await rig.post({})
    await rig.clock.advance(0)
    const gone = rig.outbox.letGo('bot')
    await rig.clock.advance(2_000)
    await gone
    expect(rig.opened).toEqual(['bot', 'released'])
    fail(new Error('aborted'))
    await rig.clock.advance(MINUTE)
    expect(bodies().length).toBe(1)
    rig.carrier().answer = () => sent
    rig.outbox.takeUp('bot')
    await rig.clock.advance(MINUTE)
    expect(rig.news).toMatchObject([{ kind: 'sent', mayBeDouble: true }])
  })

  test('stops no other one', async () => {
    rig.missing.add('bot')
    await rig.post({})
    await rig.post({ connection: 'mail' })
    await rig.clock.advance(0)
    expect(bodies('mail')).toEqual(['hello'])
  })

  test('remembers what it was told, over a restart, until it is deleted', async () => {
    await rig.outbox.remember('bot', 'offset', 7)
    rig.crash()
    expect([rig.outbox.recall('bot', 'offset'), rig.outbox.recall('bot', 'other')]).toEqual([7, undefined])
    await rig.outbox.remember('bot', 'offset', undefined)
    expect(rig.outbox.recall('bot', 'offset')).toBeUndefined()
    await rig.outbox.remember('bot', 'offset', { at: 8 })
    await rig.outbox.connectionDeleted('bot')
    expect(rig.outbox.recall('bot', 'offset')).toBeUndefined()
  })
})

describe('a stop', () => {
  test('waits for what is under way, and sends nothing more', async () => {
    let finish = (_: Tried): void => {}
    rig.carrier().answer = () => new Promise((resolve) => (finish = resolve))
    await rig.post({ body: 1 })
    await rig.post({ body: 2 })
    await rig.clock.advance(0)
    const stopped = rig.restart()
    await rig.clock.advance(1_000)
    rig.carrier().answer = () => sent
    finish(sent)
    await stopped
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ body, mayBeDouble }) => [body, mayBeDouble])).toEqual([
      [1, false],
      [2, false],
    ])
  })

  test('does not wait for what never ends; that may be double then', async () => {
    rig.carrier().answer = never
    await rig.post({})
    await rig.clock.advance(0)
    const stopped = rig.restart()
    await rig.clock.advance(2_000)
    rig.carrier().answer = () => sent
    await stopped
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ mayBeDouble }) => mayBeDouble)).toEqual([false, true])
  })

  test('takes no post any more', async () => {
    await rig.outbox[Symbol.asyncDispose]()
    await expect(rig.post({})).rejects.toMatchObject({ code: 'OUTBOX_CLOSED' })
  })
})
