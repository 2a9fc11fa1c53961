import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type AlarmRig, alarmRig } from '#rig/alarm-rig.ts'
import { FakeDeadLetters } from '#rig/fake-outbox.ts'
import { type NodeRig, type NodeRigOptions, nodeRig } from '#rig/node-rig.ts'
import { alarm } from './definition.ts'
import { alarmRuntime } from './runtime.ts'

const MINUTE = 60_000
const rings = { topic: 'home/door/bell', payload: 'ring' }

/** The node with the real desk of the house, in one virtual time. */
let alarms: AlarmRig
let node: NodeRig
beforeEach(async () => {
  alarms = alarmRig()
  node = await start()
})
afterEach(async () => {
  await node.stop()
  await alarms[Symbol.asyncDispose]()
})

async function start(config: Record<string, unknown> = {}, options: NodeRigOptions = {}): Promise<NodeRig> {
  const fresh = await nodeRig(alarmRuntime, {
    ...options,
    config: { title: '{{ payload }} at {{ topic }}', steps: [0, 2 * MINUTE, 5 * MINUTE], ...config },
    clock: alarms.clock,
    services: { alarms: alarms.desk, ...options.services },
  })
  alarms.tell = (_flow, _node, news) => fresh.node.tell(news)
  node = fresh
  return fresh
}

const left = () => node.sent.map(({ port }) => port)
const status = () => [node.statuses.at(-1)?.state, node.statuses.at(-1)?.text]

describe('what raises an alarm', () => {
  test('is settled when the house has it, and leaves by the first step', async () => {
    await node.send('in', rings)
    expect(alarms.desk.list(['open'], 9)).toMatchObject([
      { title: 'ring at home/door/bell', key: 'home/door/bell', flow: 'flow', node: 'node', count: 1 },
    ])
    await alarms.pass(0)
    const { id, since } = alarms.desk.list(['open'], 9)[0] ?? {}
    expect(node.sent).toMatchObject([
      {
        port: 'step1',
        message: {
          ...rings,
          alarm: { id, key: 'home/door/bell', title: 'ring at home/door/bell', step: 1, count: 1, since },
        },
      },
    ])
  })

  test('is failed when the house cannot keep it', async () => {
    alarms.access.refuse = new NodeError('DISK_FULL', 'The disk is full.')
    await expect(node.send('in', rings)).rejects.toMatchObject({ code: 'DISK_FULL' })
  })

  test('again only counts, unless repeats are wanted', async () => {
    await node.send('in', rings)
    await node.send('in', rings)
    await alarms.pass(MINUTE)
    await start({ repeats: 'some', repeatMs: MINUTE })
    await node.send('in', rings)
    await node.send('in', rings)
    await alarms.pass(0)
    expect(node.sent).toMatchObject([{ port: 'step1', message: { alarm: { count: 3 } } }])
  })

  test('again is heard each time with repeats', async () => {
    await start({ repeats: 'every' })
    for (const payload of [1, 2, 3]) await node.send('in', { payload })
    await alarms.pass(0)
    expect(node.payloads('step1').length).toBe(3)
  })

  test('with an empty title has one all the same', async () => {
    await start({ title: '{{ payload.gone }}' })
    await node.send('in', rings)
    expect(alarms.desk.list(['open'], 9)).toMatchObject([{ title: 'Alarm' }])
  })
})

describe('steps', () => {
  test('leave one after the other while nobody acknowledges', async () => {
    await node.send('in', rings)
    await alarms.pass(2 * MINUTE - 1)
    expect(left()).toEqual(['step1'])
    await alarms.pass(1)
    expect(left()).toEqual(['step1', 'step2'])
    await alarms.pass(3 * MINUTE)
    expect(left()).toEqual(['step1', 'step2', 'step3'])
  })

  test('end with an acknowledgement by a button, which says who it was', async () => {
    await node.send('in', rings)
    await alarms.pass(MINUTE)
    await node.send('acknowledge', { topic: 'home/door/ack', payload: 1 })
    await alarms.pass(5 * MINUTE)
    expect(left()).toEqual(['step1', 'acknowledged'])
    expect(node.sent[1]?.message['alarm']).toMatchObject({ acknowledgedBy: 'home/door/ack' })
  })

  test('end with an answer on a phone; a second one changes nothing', async () => {
    await node.send('in', rings)
    const [{ id = '' } = {}] = alarms.desk.list(['open'], 9)
    await alarms.desk.answered(id, 'acknowledge', 'Anna')
    await alarms.desk.answered(id, 'acknowledge', 'Ben')
    await alarms.pass(5 * MINUTE)
    expect(
      node.sent.map(({ port, message }) => [port, (message['alarm'] as never)['acknowledgedBy']]),
    ).toEqual([
      ['step1', undefined],
      ['acknowledged', 'Anna'],
    ])
  })

  test('that the node has no longer leave by its last one', async () => {
    await node.send('in', rings)
    await start({ steps: [0] })
    await alarms.pass(2 * MINUTE)
    expect(left().slice(-1)).toEqual(['step1'])
  })

  test('that cannot be sent on are tried three times, and then given up to a person', async () => {
    const deadLetters = new FakeDeadLetters()
    await start(
      {},
      { services: { deadLetters }, downstream: () => Promise.reject(new NodeError('NO', 'No way.')) },
    )
    await node.send('in', rings)
    await alarms.pass(MINUTE)
    expect(left()).toEqual(['step1', 'step1', 'step1'])
    expect(node.sent.map(({ message }) => message['repeated'])).toEqual([undefined, true, true])
    expect(deadLetters.letters).toMatchObject([
      { port: 'step1', message: { payload: 'ring' }, error: { code: 'NO' } },
    ])
    expect(alarms.store.news()).toEqual([])
  })

  test('go on after a restart of the house', async () => {
    await node.send('in', rings)
    await alarms.pass(MINUTE)
    await node.stop()
    await alarms.restart(30_000)
    await start()
    await alarms.pass(30_000)
    expect(left()).toEqual(['step2'])
  })
})

describe('closing', () => {
  test('is for the alarm that the message belongs to', async () => {
    await node.send('in', rings)
    await node.send('in', { topic: 'cellar', payload: 'wet' })
    await node.send('close', { topic: 'cellar', payload: 'dry' })
    await alarms.pass(0)
    expect(alarms.desk.list(['open'], 9)).toMatchObject([{ key: 'home/door/bell' }])
    expect(node.payloads('closed')).toEqual(['wet'])
  })

  test('is for all alarms of the node where that is said', async () => {
    await start({ closes: 'all' })
    await node.send('in', rings)
    await alarms.pass(1)
    await node.send('in', { topic: 'cellar', payload: 'wet' })
    await node.send('close', { payload: 1 })
    await alarms.pass(0)
    expect(node.payloads('closed')).toEqual(['ring', 'wet'])
  })

  test('comes by itself after the acknowledgement, and then it is a new alarm', async () => {
    await start({ closeAfterMs: 10 * MINUTE })
    await node.send('in', rings)
    await node.send('acknowledge', { payload: 1 })
    await node.send('in', rings)
    await alarms.pass(10 * MINUTE)
    await node.send('in', rings)
    await alarms.pass(0)
    expect(left()).toEqual(['step1', 'acknowledged', 'closed', 'step1'])
  })

  test('never comes by itself with 0', async () => {
    await start({ closeAfterMs: 0 })
    await node.send('in', rings)
    await node.send('acknowledge', { payload: 1 })
    await alarms.pass(24 * 60 * MINUTE)
    expect(left()).toEqual(['step1', 'acknowledged'])
  })
})

test('the node shows what stands, also after it was started again', async () => {
  expect(status()).toEqual(['idle', 'No alarm'])
  await node.send('in', rings)
  expect(status()).toEqual(['warn', 'Open: ring at home/door/bell'])
  await node.send('in', { topic: 'cellar', payload: 'wet' })
  expect(status()).toEqual(['warn', '2 open'])
  await node.send('acknowledge', { topic: 'button', payload: 1 })
  await alarms.pass(0)
  expect(status()).toEqual(['ok', 'Acknowledged by button'])
  await start({}, { state: node.state })
  expect(status()).toEqual(['ok', 'Acknowledged by button'])
})

describe('the definition', () => {
  const problemsOf = (config: Record<string, unknown>) =>
    alarm.check?.(alarm.config.parse(config)).map(({ code, field }) => [code, field])

  test.each([
    [{}, []],
    [{ steps: [0, 0, 5] }, []],
    [{ steps: [0, 60_000, 30_000] }, [['ALARM_STEPS', 'steps.2']]],
    [{ title: '{{ payload' }, [['TEMPLATE_OPEN', 'title']]],
    [{ key: '{{ payload' }, [['TEMPLATE_OPEN', 'key']]],
    [{ by: '{{ payload' }, [['TEMPLATE_OPEN', 'by']]],
  ])('checks %j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })
})
