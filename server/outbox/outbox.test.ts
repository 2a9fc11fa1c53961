import { describe, expect, test } from 'vitest'
import { fault, outboxRig, refused, sent } from './rig/outbox-rig.ts'

describe('a post', () => {
  test('is sent by the carrier of its connection, and its node is told', async () => {
    const rig = outboxRig()
    rig.carrier().answer = () => ({ kind: 'sent', receipt: { id: 7 } })
    await rig.post({ body: { text: 'The door' }, keep: { at: 1 } })
    await rig.clock.advance(0)
    expect(rig.carrier().given).toMatchObject([
      {
        number: 1,
        from: { flow: 'f', node: 'n' },
        target: 'ada',
        body: { text: 'The door' },
        mayBeDouble: false,
      },
    ])
    expect(rig.news).toEqual([
      {
        ...{ flow: 'f', node: 'n', kind: 'sent', post: 1, target: 'ada', keep: { at: 1 } },
        ...{ receipt: { id: 7 }, count: 1, mayBeDouble: false },
      },
    ])
  })

  test('is on disk before it is sent, and sent by the next process', async () => {
    const rig = outboxRig()
    rig.missing.add('bot')
    await rig.post({ body: 'first' })
    rig.crash()
    rig.missing.clear()
    await rig.clock.advance(60_000)
    expect(rig.carrier().bodies).toEqual(['first'])
  })

  test('whose try was open when the process ended is sent again, and says that it may be double', async () => {
    const rig = outboxRig()
    rig.carrier().answer = () => new Promise(() => {})
    await rig.post({})
    await rig.clock.advance(0)
    rig.crash()
    rig.carrier().answer = () => sent
    await rig.clock.advance(0)
    expect(rig.carrier().given.map(({ mayBeDouble }) => mayBeDouble)).toEqual([false, true])
  })

  test('that must not happen twice is not sent again after that', async () => {
    const rig = outboxRig()
    rig.carrier().answer = () => new Promise(() => {})
    await rig.post({ atMostOnce: true })
    await rig.clock.advance(0)
    rig.crash()
    await rig.clock.advance(60_000)
    expect(rig.carrier().given.length).toBe(1)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'POST_UNCERTAIN' } }])
  })

  test('that is refused for good fails at once', async () => {
    const rig = outboxRig()
    rig.carrier().answer = refused
    await rig.post({})
    await rig.clock.advance(0)
    expect(rig.news).toMatchObject([{ kind: 'failed', error: { code: 'REFUSED' } }])
  })

  test('is tried again after 1 s, 2 s, 4 s …', async () => {
    const rig = outboxRig()
    const start = rig.clock.now()
    rig.carrier().answer = () => fault()
    await rig.post({ urgency: 'alarm' })
    await rig.clock.advance(16_000)
    expect(rig.carrier().given.map(({ sentAt }) => sentAt - start)).toEqual([0, 1_000, 3_000, 7_000, 15_000])
  })
})
