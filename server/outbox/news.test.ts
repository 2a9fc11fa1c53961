import { beforeEach, describe, expect, test } from 'vitest'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import { closed, HostEnded } from '#server/hosts/host-end.ts'
import { outboxRig } from './rig/outbox-rig.ts'

let rig: ReturnType<typeof outboxRig>
let answers: string[]
beforeEach(() => {
  answers = []
  rig = outboxRig({ onAnswer: async (alarm, action, by) => void answers.push(`${alarm} ${action} ${by}`) })
})

const notRunning = () => Promise.reject(new NodeError('FLOW_NOT_RUNNING', 'It does not run.'))
const MINUTE = 60_000
const posts = () => rig.news.map((said) => ('post' in said ? said.post : said.kind))
const stored = () => Number(rig.database.prepare('SELECT count(*) FROM post_news').pluck().get())

describe('news', () => {
  test('waits for the flow to run, also over a restart', async () => {
    rig.told = notRunning
    await rig.post({})
    await rig.clock.advance(0)
    rig.crash()
    await rig.clock.advance(MINUTE)
    expect(posts()).toEqual([])
    rig.told = undefined
    rig.outbox.flowRuns('f')
    await rig.clock.advance(0)
    expect([posts(), stored()]).toEqual([[1], 0])
  })

  test('is not missed when the flow starts while it is being told', async () => {
    let fail = (_: Error): void => {}
    rig.told = () => new Promise((_, reject) => (fail = reject))
    await rig.post({})
    await rig.clock.advance(0)
    rig.outbox.flowRuns('f')
    rig.told = undefined
    fail(new NodeError('FLOW_NOT_RUNNING', 'It does not run.'))
    await rig.clock.advance(10_000)
    expect(posts()).toEqual([1])
  })

  test('is told again by the next process, until the node has settled it', async () => {
    rig.told = () => new Promise(() => {})
    await rig.post({})
    await rig.clock.advance(0)
    rig.kill()
    rig.told = undefined
    rig.begin()
    await rig.clock.advance(0)
    expect([posts(), stored()]).toEqual([[1], 0])
    expect(rig.news).toMatchObject([{ kind: 'sent', repeated: true }])
  })

  test('that could not be told so far does not say that it is repeated', async () => {
    rig.told = notRunning
    await rig.post({})
    await rig.clock.advance(0)
    rig.told = undefined
    rig.outbox.flowRuns('f')
    await rig.clock.advance(0)
    expect(rig.news[0]).not.toHaveProperty('repeated')
  })

  test('comes in order to a node, and a node that is slow keeps no other waiting', async () => {
    let finish = (): void => {}
    rig.told = (_, node) =>
      node === 'slow' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve()
    await rig.post({ node: 'slow' })
    await rig.post({ node: 'slow' })
    await rig.post({ node: 'quick', target: 'bob' })
    await rig.clock.advance(0)
    expect(posts()).toEqual([3])
    rig.told = undefined
    finish()
    await rig.clock.advance(0)
    expect(posts()).toEqual([3, 1, 2])
  })

  test('that a node fails to take is told three times again, and then given up', async () => {
    const told: number[] = []
    const repeated: unknown[] = []
    const start = rig.clock.now()
    rig.told = async (_, __, news) => {
      told.push((rig.clock.now() - start) / 1_000)
      repeated.push('repeated' in news)
      if ((news as News & { post: number }).post === 1) throw new Error('no')
    }
    await rig.post({})
    await rig.post({})
    await rig.clock.advance(10 * MINUTE)
    expect(told).toEqual([0, 1, 11, 71, 71])
    expect(repeated).toEqual([false, true, true, true, false])
    expect([posts(), rig.logs, stored()]).toEqual([[2], ['given up f/n: Error: no'], 0])
  })

  test.each([
    ['its thread has ended', new HostEnded({ ...closed, reason: 'stuck' })],
    ['the outbox is full', new NodeError('OUTBOX_FULL', 'Full.')],
  ])('is not given up where %s', async (_, error) => {
    let failures = 0
    rig.told = async () => {
      if (++failures <= 20) throw error
    }
    await rig.post({})
    await rig.clock.advance(10 * MINUTE)
    expect([posts(), rig.logs]).toEqual([[1], []])
  })

  test('of a flow that is gone is told to nobody, though what it has posted still leaves', async () => {
    rig.told = notRunning
    await rig.post({ body: 1 })
    rig.missing.add('mail')
    await rig.post({ body: 2, connection: 'mail' })
    await rig.clock.advance(0)
    await rig.outbox.discard('f')
    rig.told = undefined
    rig.crash()
    rig.missing.clear()
    rig.outbox.flowRuns('f')
    await rig.clock.advance(MINUTE)
    expect([rig.carrier('mail').bodies, posts(), stored()]).toEqual([[2], [], 0])
  })
})

describe('an answer', () => {
  const answer = (action = 'acknowledge', by = 'Ada', number = 1) =>
    rig.outbox.answered({ number, action, by })

  test('reaches the node and the alarm, and is on disk before', async () => {
    await rig.post({ alarm: 'a1', keep: 'mine' })
    await rig.clock.advance(0)
    rig.told = () => new Promise(() => {})
    expect(await answer()).toEqual({ kind: 'taken' })
    rig.kill()
    rig.told = undefined
    rig.begin()
    await rig.clock.advance(0)
    expect(answers).toContain('a1 acknowledge Ada')
    const at = rig.clock.now()
    expect(rig.news.at(-1)).toEqual({
      ...{ flow: 'f', node: 'n', kind: 'answered', post: 1, target: 'ada', keep: 'mine' },
      ...{ action: 'acknowledge', by: 'Ada', at, repeated: true },
    })
  })

  test('counts once for each action, whoever repeats it', async () => {
    await rig.post({ alarm: 'a1' })
    await rig.clock.advance(0)
    const both = await Promise.all([answer('quiet'), answer('quiet', 'Bob')])
    rig.crash()
    await rig.clock.advance(0)
    expect([...both, await answer('quiet', 'Cy'), await answer()]).toEqual([
      { kind: 'taken' },
      { kind: 'again', by: 'Ada' },
      { kind: 'again', by: 'Ada' },
      { kind: 'taken' },
    ])
    await rig.clock.advance(0)
    expect(answers).toEqual(['a1 quiet Ada', 'a1 acknowledge Ada'])
  })

  test('to nothing that is known is said so', async () => {
    expect(await answer()).toEqual({ kind: 'unknown' })
  })

  test('that the disk does not take is not taken', async () => {
    await rig.post({ alarm: 'a1' })
    await rig.clock.advance(0)
    rig.disk.isFull = true
    await expect(answer()).rejects.toThrow()
    rig.disk.isFull = false
    expect(await answer()).toEqual({ kind: 'taken' })
  })

  test('to an alarm says who was quicker, by whatever post', async () => {
    const first = new Map<string, string>()
    const askAlarm = async (alarm: string, _action: string, by: string) => {
      const kind = first.has(alarm) ? ('again' as const) : ('taken' as const)
      if (kind === 'taken') first.set(alarm, by)
      return { kind, by: first.get(alarm) ?? by }
    }
    rig = outboxRig({ onAnswer: askAlarm, askAlarm })
    for (const target of ['ada', 'bob']) await rig.post({ alarm: 'a1', target })
    await rig.clock.advance(0)
    const press = (number: number, by: string) => rig.outbox.answered({ number, action: 'acknowledge', by })
    expect(await press(1, 'Ada')).toEqual({ kind: 'taken' })
    expect(await press(2, 'Bob')).toEqual({ kind: 'again', by: 'Ada' })
  })

  test('stays taken when the alarm cannot be asked', async () => {
    rig = outboxRig({ askAlarm: () => Promise.reject(new Error('not now')) })
    await rig.post({ alarm: 'a1' })
    await rig.clock.advance(0)
    expect(await answer()).toEqual({ kind: 'taken' })
  })

  test('is brought to the alarm until it has taken it', async () => {
    let failures = 0
    rig = outboxRig({
      onAnswer: async () => {
        if (++failures < 30) throw new Error('not now')
        answers.push('taken')
      },
    })
    await rig.post({ alarm: 'a1' })
    await rig.clock.advance(0)
    await answer()
    await rig.clock.advance(10 * MINUTE)
    expect([answers, stored()]).toEqual([['taken'], 0])
  })
})

describe('by hand', () => {
  const refuse = () => {
    rig.carrier().answer = () => {
      throw new NodeError('REFUSED', 'No.')
    }
  }
  const accept = () => {
    rig.carrier().answer = () => ({ kind: 'sent' })
  }

  test('what has failed is sent anew', async () => {
    refuse()
    await rig.post({ body: 'again' })
    await rig.clock.advance(0)
    expect(rig.outbox.list()).toMatchObject([{ state: 'failed', why: { code: 'REFUSED' }, attempts: 1 }])
    accept()
    await rig.outbox.retry(1)
    await rig.clock.advance(0)
    expect(rig.carrier().bodies).toEqual(['again', 'again'])
    expect(rig.news.map(({ kind }) => kind)).toEqual(['failed', 'sent'])
    expect(rig.outbox.list()).toMatchObject([{ state: 'sent', attempts: 1 }])
  })

  test('what waits is tried at once', async () => {
    rig.missing.add('bot')
    await rig.post({})
    await rig.clock.advance(10 * MINUTE)
    rig.missing.clear()
    await rig.outbox.retry(1)
    await rig.clock.advance(0)
    expect(rig.carrier().bodies).toEqual(['hello'])
  })

  test('what waits is discarded, and its node told', async () => {
    rig.missing.add('bot')
    await rig.post({})
    await rig.outbox.discardPost(1, 'ada')
    await rig.clock.advance(0)
    rig.missing.clear()
    await rig.clock.advance(MINUTE)
    expect(rig.carrier().bodies).toEqual([])
    expect(rig.news).toMatchObject([
      { kind: 'failed', error: { code: 'POST_DISCARDED', values: { by: 'ada' } } },
    ])
    expect(rig.outbox.list()).toEqual([])
  })

  test('what is under way is discarded unless it arrives', async () => {
    rig.carrier().answer = () => ({
      kind: 'fault',
      isUncertain: false,
      problem: { code: 'AWAY', message: '' },
    })
    await rig.post({})
    const under = rig.outbox.discardPost(1, 'ada')
    await rig.clock.advance(MINUTE)
    await under
    expect(rig.carrier().bodies.length).toBe(1)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_DISCARDED' } }])
  })

  test('what has failed is shown until it is discarded', async () => {
    refuse()
    await rig.post({})
    await rig.clock.advance(0)
    await rig.outbox.discardPost(1, 'ada')
    expect(rig.outbox.list()).toEqual([])
    await expect(rig.outbox.retry(1)).rejects.toMatchObject({ status: 409, code: 'POST_GONE' })
  })

  test('what was sent can be neither sent again nor discarded, and what is unknown is said so', async () => {
    await rig.post({})
    await rig.clock.advance(0)
    await expect(rig.outbox.retry(1)).rejects.toMatchObject({ status: 409, code: 'POST_GONE' })
    await expect(rig.outbox.discardPost(1, 'ada')).rejects.toMatchObject({ status: 409, code: 'POST_GONE' })
    await expect(rig.outbox.retry(9)).rejects.toMatchObject({ status: 404, code: 'POST_UNKNOWN' })
  })
})

test('what has ended is kept for a week, the newest ten thousand, and its number is never given again', async () => {
  await rig.post({ id: 'k1' })
  await rig.clock.advance(0)
  await rig.clock.advance(8 * 24 * 60 * MINUTE)
  rig.crash()
  await rig.post({ id: 'k2' })
  await rig.clock.advance(15 * MINUTE)
  expect(rig.outbox.list().map(({ number }) => number)).toEqual([2])
  rig.crash()
  await rig.post({ id: 'k3' })
  await rig.clock.advance(0)
  expect(rig.outbox.list().map(({ number }) => number)).toEqual([3, 2])
})
