import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { AlarmNews } from '#kit/runtime/outbox.ts'
import { type AlarmRig, alarmRig, place } from '#rig/alarm-rig.ts'
import { KEPT_MS } from './alarm-desk.ts'

let rig: AlarmRig
beforeEach(() => {
  rig = alarmRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const MINUTE = 60_000
const escalation = { stepsAtMs: [0, 2 * MINUTE, 5 * MINUTE] }
/** What the node was told, in short. */
const told = () => rig.told.map(({ event, step }) => (event === 'step' ? `step ${step}` : event))
const only = () => {
  const all = rig.desk.list(['open', 'acknowledged', 'closed'], 10)
  expect(all).toHaveLength(1)
  return all[0]
}

describe('an alarm', () => {
  test('is on disk, with its first step, when raising it is answered', async () => {
    const alarm = await rig.raise('a')
    expect(alarm).toMatchObject({ key: 'door', title: 'Door', state: 'open', count: 1, step: 0 })
    expect(rig.store.get(alarm.id)).toMatchObject(alarm)
    await rig.pass(0)
    expect(told()).toEqual(['step 0'])
  })

  test('is one for one key, and counts up', async () => {
    await rig.raise('a')
    await rig.pass(1_000)
    expect(await rig.raise('b', { title: 'Door again' })).toMatchObject({ count: 2, title: 'Door again' })
    await rig.raise('c', { key: 'cellar' })
    expect(rig.desk.figures()).toMatchObject({ open: 2, acknowledged: 0 })
  })

  test('counts a message once that runs again, also after it was closed', async () => {
    const { id } = await rig.raise('a')
    await rig.raise('b')
    const again = { id: 'a', payload: 'ring', repeated: true }
    expect(await rig.raise(again)).toMatchObject({ id, count: 2 })
    await rig.desk.close(place, undefined)
    expect(await rig.raise(again)).toMatchObject({ id, count: 2, state: 'closed' })
    expect(rig.desk.list(['open'], 10)).toEqual([])
  })

  test('is raised by a message that runs again, if only another of the same id had come so far', async () => {
    await rig.raise('a')
    const again = { id: 'a', payload: 'ring', repeated: true }
    expect(await rig.raise(again, { key: 'cellar' })).toMatchObject({ key: 'cellar', count: 1 })
  })

  test('counts a message again that has the same id by chance', async () => {
    await rig.raise('a')
    expect(await rig.raise('a')).toMatchObject({ count: 2 })
  })

  test('is raised by a message that runs again, if it had not come so far', async () => {
    expect(await rig.raise({ id: 'a', payload: 1, repeated: true })).toMatchObject({ count: 1 })
  })

  test('is not raised when the disk refuses it', async () => {
    rig.access.refuse = new Error('disk full')
    await expect(rig.raise('a')).rejects.toThrow('disk full')
    rig.access.refuse = undefined
    expect(await rig.raise('a')).toMatchObject({ count: 1 })
  })

  test('of which there are a thousand at one node is refused, with what to do', async () => {
    for (let count = 0; count < 1_000; count++) await rig.raise(`${count}`, { key: `${count}` })
    await expect(rig.raise('x', { key: 'x' })).rejects.toMatchObject({ code: 'ALARMS_TOO_MANY' })
    expect(await rig.raise('y', { key: '7' })).toMatchObject({ count: 2 })
  })

  test('with a message that is larger than all it may carry is refused', async () => {
    const payload = new Uint8Array(13 * 1024 * 1024)
    await expect(rig.raise({ id: 'a', payload })).rejects.toMatchObject({ code: 'ALARM_TOO_LARGE' })
  })

  test('goes with its flow', async () => {
    await rig.raise('a', escalation)
    await rig.access.write({ sql: 'DELETE FROM flows', params: [] })
    rig.desk.forget(place.flow)
    await rig.pass(10 * MINUTE)
    expect([told(), rig.store.news()]).toEqual([['step 0'], []])
  })
})

describe('steps', () => {
  test('come at their times, not before', async () => {
    await rig.raise('a', escalation)
    await rig.pass(2 * MINUTE - 1)
    expect(told()).toEqual(['step 0'])
    await rig.pass(1)
    expect(told()).toEqual(['step 0', 'step 1'])
    await rig.pass(60 * MINUTE)
    expect(told()).toEqual(['step 0', 'step 1', 'step 2'])
  })

  test('count from the opening, however often it is raised again', async () => {
    await rig.raise('a', escalation)
    await rig.pass(MINUTE)
    await rig.raise('b', escalation)
    await rig.pass(MINUTE)
    expect(told()).toEqual(['step 0', 'step 1'])
  })

  test('carry the message that raised last, each with an id of its own; the one that it has caused is as doubtful as it', async () => {
    await rig.raise({ id: 'k7~2', topic: 'door', payload: new Uint8Array([1]), repeated: true }, escalation)
    await rig.pass(2 * MINUTE)
    const [first, second] = rig.told.map(({ message }) => message)
    const { id } = only() ?? {}
    const message = { topic: 'door', payload: new Uint8Array([1]) }
    expect(first).toEqual({ ...message, id: `k7~${id}-1`, repeated: true })
    expect(second).toEqual({ ...message, id: `k7~${id}-2` })
  })

  test('that were missed while the house was closed come at once, one by one', async () => {
    await rig.raise('a', escalation)
    await rig.restart(10 * MINUTE)
    await rig.pass(0)
    expect(told()).toEqual(['step 0', 'step 1', 'step 2'])
    expect(rig.told.map(({ message }) => message['repeated'])).toEqual([undefined, undefined, undefined])
  })

  test('go on after a restart with the time that is left', async () => {
    await rig.raise('a', escalation)
    await rig.pass(MINUTE)
    await rig.restart(30_000)
    await rig.pass(30_000 - 1)
    expect(told()).toEqual(['step 0'])
    await rig.pass(1)
    expect(told()).toEqual(['step 0', 'step 1'])
  })

  test('are taken when the disk has room again', async () => {
    await rig.raise('a', escalation)
    rig.access.refuse = new Error('disk full')
    await rig.pass(3 * MINUTE)
    expect(told()).toEqual(['step 0'])
    rig.access.refuse = undefined
    await rig.pass(2_000)
    expect(told()).toEqual(['step 0', 'step 1'])
    expect(rig.warnings[0]).toContain('disk full')
  })
})

describe('raising again', () => {
  test('tells nobody unless it is wanted', async () => {
    await rig.raise('a')
    await rig.pass(MINUTE)
    await rig.raise('b')
    await rig.pass(MINUTE)
    expect(told()).toEqual(['step 0'])
  })

  test('tells the current step each time, or once in a while', async () => {
    const often = { ...escalation, repeatAfterMs: 0 }
    await rig.raise('a', often)
    await rig.raise('b', often)
    await rig.pass(2 * MINUTE)
    await rig.raise('c', { ...escalation, repeatAfterMs: MINUTE })
    await rig.pass(MINUTE)
    await rig.raise('d', { ...escalation, repeatAfterMs: MINUTE })
    await rig.pass(0)
    expect(told()).toEqual(['step 0', 'step 0', 'step 1', 'step 1'])
    expect(rig.told.at(-1)?.alarm).toMatchObject({ count: 4 })
  })

  test('counts on an acknowledged alarm and tells nobody', async () => {
    await rig.raise('a', { ...escalation, repeatAfterMs: 0 })
    await rig.desk.acknowledge(place, undefined, 'Anna')
    expect(await rig.raise('b', { ...escalation, repeatAfterMs: 0 })).toMatchObject({
      count: 2,
      state: 'acknowledged',
    })
    await rig.pass(60 * MINUTE)
    expect(told()).toEqual(['step 0', 'acknowledged'])
  })
})

describe('an answer', () => {
  test('acknowledges, and who was first stays', async () => {
    const { id } = await rig.raise('a', escalation)
    await rig.pass(MINUTE)
    expect(await rig.desk.answered(id, 'acknowledge', 'Anna')).toEqual({ kind: 'taken', by: 'Anna' })
    expect(await rig.desk.answered(id, 'acknowledge', 'Ben')).toEqual({ kind: 'again', by: 'Anna' })
    expect(await rig.desk.acknowledge(place, undefined, 'Cleo')).toBe(0)
    await rig.pass(60 * MINUTE)
    expect(told()).toEqual(['step 0', 'acknowledged'])
    expect(rig.told.at(-1)?.alarm).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Anna' })
  })

  test('of two who press at the same moment is one alone', async () => {
    const { id } = await rig.raise('a')
    const answers = ['Anna', 'Ben'].map((by) => rig.desk.answered(id, 'acknowledge', by))
    expect(await Promise.all(answers)).toEqual([
      { kind: 'taken', by: 'Anna' },
      { kind: 'again', by: 'Anna' },
    ])
  })

  test.each(['__proto__', 'constructor', 'door', ''])('that is %j is none of an alarm', async (action) => {
    const { id } = await rig.raise('a')
    expect(await rig.desk.answered(id, action, 'Anna')).toEqual({ kind: 'unknown' })
  })

  test('to an alarm that is gone is unknown', async () => {
    expect(await rig.desk.answered('gone', 'acknowledge', 'Anna')).toEqual({ kind: 'unknown' })
  })

  test('that asks for quiet has its hour without steps; then the step comes again, and the rest', async () => {
    const often = { ...escalation, repeatAfterMs: 0 }
    const { id } = await rig.raise('a', often)
    await rig.pass(MINUTE)
    expect(await rig.desk.answered(id, 'quiet', 'Anna')).toEqual({ kind: 'taken', by: 'Anna' })
    expect(await rig.desk.answered(id, 'quiet', 'Ben')).toEqual({ kind: 'again', by: 'Anna' })
    await rig.pass(30 * MINUTE)
    expect(await rig.raise('b', often)).toMatchObject({ count: 2 })
    await rig.pass(30 * MINUTE - 1)
    expect(told()).toEqual(['step 0', 'quiet'])
    await rig.pass(1)
    expect(told()).toEqual(['step 0', 'quiet', 'step 0'])
    await rig.pass(MINUTE)
    expect(told()).toEqual(['step 0', 'quiet', 'step 0', 'step 1'])
  })

  test('lasts over a restart', async () => {
    const { id } = await rig.raise('a', escalation)
    await rig.desk.answered(id, 'quiet', 'Anna')
    await rig.restart(30 * MINUTE)
    await rig.pass(30 * MINUTE - 1)
    expect(told()).toEqual(['step 0', 'quiet'])
    await rig.pass(1)
    expect(told()).toEqual(['step 0', 'quiet', 'step 0'])
  })
})

describe('closing', () => {
  test('ends one by its key, or all of the node', async () => {
    await rig.raise('a')
    await rig.raise('b', { key: 'cellar' })
    await rig.raise('c', { key: 'garden' })
    expect(await rig.desk.close(place, 'cellar')).toBe(1)
    expect(await rig.desk.close(place, undefined)).toBe(2)
    expect(await rig.desk.close(place, undefined)).toBe(0)
    await rig.pass(0)
    expect(told()).toEqual(['step 0', 'step 0', 'step 0', 'closed', 'closed', 'closed'])
  })

  test('comes by itself some time after the acknowledgement, also over a restart', async () => {
    await rig.raise('a', { closeAfterMs: 10 * MINUTE })
    await rig.desk.acknowledge(place, 'door', 'button')
    await rig.restart(9 * MINUTE)
    expect(only()).toMatchObject({ state: 'acknowledged' })
    await rig.pass(MINUTE)
    expect(only()).toMatchObject({ state: 'closed', acknowledgedBy: 'button' })
    expect(told().at(-1)).toBe('closed')
  })

  test('makes room for a new alarm with the same key', async () => {
    const { id } = await rig.raise('a')
    await rig.desk.close(place, 'door')
    const next = await rig.raise('b')
    expect([next.count, next.state, next.id === id]).toEqual([1, 'open', false])
  })

  test('is kept for 90 days', async () => {
    await rig.raise('a')
    await rig.desk.close(place, undefined)
    await rig.raise('b', { key: 'open' })
    await rig.pass(KEPT_MS - MINUTE)
    expect(rig.desk.list(['open', 'closed'], 10)).toHaveLength(2)
    await rig.pass(2 * 60 * MINUTE)
    expect(rig.desk.list(['open', 'closed'], 10)).toMatchObject([{ key: 'open' }])
  })

  test('is kept for the newest of those that have ended', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await rig.raise(key, { key })
      await rig.pass(1)
      if (key !== 'a') await rig.desk.close(place, key)
    }
    expect(await rig.store.prune(0, 2)).toBe(2)
    expect(rig.desk.list(['open', 'closed'], 10).map(({ key }) => key)).toEqual(['e', 'd', 'a'])
  })
})

describe('news', () => {
  const notRunning = () => Promise.reject(new NodeError('FLOW_NOT_RUNNING', 'It does not run.'))
  const fine = () => Promise.resolve()

  test('wait for the flow to run, in their order', async () => {
    rig.tell = notRunning
    await rig.raise('a', escalation)
    await rig.pass(3 * MINUTE)
    expect(told()).toEqual([])
    rig.tell = fine
    await rig.pass(2_000)
    expect(told()).toEqual(['step 0', 'step 1'])
    expect(rig.told.map(({ message }) => message['repeated'])).toEqual([undefined, undefined])
  })

  test('come again until the node has settled them, marked as repeated', async () => {
    rig.tell = () => Promise.reject(new Error('the thread has ended'))
    await rig.raise('a')
    await rig.pass(10_000)
    rig.tell = fine
    await rig.pass(10_000)
    expect(rig.told).toMatchObject([{ event: 'step', message: { repeated: true } }])
    await rig.pass(60 * MINUTE)
    expect(told()).toEqual(['step 0'])
  })

  test('that a node has not settled come again in the next process, with the same id', async () => {
    const seen: AlarmNews[] = []
    rig.tell = async (_flow, _node, news) => {
      seen.push(news)
      await new Promise(() => {})
    }
    await rig.raise('a')
    await rig.pass(0)
    rig.tell = fine
    await rig.restart()
    expect(rig.told).toEqual([{ ...seen[0], message: { ...seen[0]?.message, repeated: true } }])
  })

  test('of a step do not wait for those of a step before that never settles', async () => {
    rig.tell = (_flow, _node, { step }) => (step === 0 ? new Promise(() => {}) : Promise.resolve())
    await rig.raise('a', escalation)
    await rig.pass(2 * MINUTE)
    expect(told()).toEqual(['step 1'])
  })

  test('of a step are dropped when somebody has acknowledged in the meantime', async () => {
    rig.tell = notRunning
    const { id } = await rig.raise('a', escalation)
    await rig.pass(3 * MINUTE)
    await rig.desk.answered(id, 'acknowledge', 'Anna')
    rig.tell = fine
    await rig.pass(2_000)
    expect(told()).toEqual(['acknowledged'])
  })

  test('leave nothing behind once the alarm is closed and told', async () => {
    await rig.raise('a')
    await rig.desk.close(place, undefined)
    await rig.pass(0)
    const message = rig.access.prepare('SELECT message FROM alarms').get()
    expect([message, rig.store.news()]).toEqual([{ message: null }, []])
  })

  test('that are settled but could not be recorded are not told again', async () => {
    rig.tell = async () => {
      rig.access.refuse = new Error('disk full')
    }
    await rig.raise('a')
    await rig.pass(60_000)
    rig.access.refuse = undefined
    await rig.pass(60_000)
    expect([told(), rig.store.news()]).toEqual([['step 0'], []])
  })
})

test('many changes at once are one for who looks', async () => {
  for (let count = 0; count < 100; count++) await rig.raise(`${count}`)
  await rig.pass(1_000)
  expect(rig.changes).toBe(1)
})
