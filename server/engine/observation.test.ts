import { describe, expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'
import { FlowObservation } from './flow-observation.ts'

async function rig() {
  const feed = source()
  const { engine, clock } = smallHouse([
    feed.runtime,
    nodeType('pass', (message, emit) => emit(message)),
    nodeType('fails', () => {
      throw new Error('It failed.')
    }),
  ])
  const nodes = [flowNode('source', 'source'), flowNode('a', 'pass'), flowNode('bad', 'fails')]
  await engine.deploy(drawing(nodes, 'source a', 'a bad', 'source bad'))
  const send = async (id: string) => feed.send({ id, payload: id })
  return { engine, clock, send }
}

/** A flow whose only function counts its payload up in place, and what it was given. */
async function writingRig() {
  const feed = source({ makesMessages: true })
  const given: Message[] = []
  const writes = nodeType(
    'writes',
    (message) => {
      given.push(message)
      ;(message.payload as { value: number }).value += 1
    },
    { writesMessages: true },
  )
  const { engine } = smallHouse([feed.runtime, writes])
  await engine.deploy(drawing([flowNode('source', 'source'), flowNode('w', 'writes')], 'source w'))
  const observation = new FlowObservation()
  engine.observe('f', observation)
  const last = () => observation.wires.get('source.out w.in')
  return { given, observation, last, send: (message: Message) => feed.send(message) }
}

describe('who looks at a wire into user code', () => {
  test('sees what came and not what became of it, and costs the code no copy', async () => {
    const { given, last, send } = await writingRig()
    const message = { id: 'm', payload: { value: 1 } }
    await send(message)
    expect(given[0]).toBe(message)
    expect([message.payload.value, last()?.last?.payload]).toEqual([2, { value: 1 }])
  })

  test('sees each message of a few, and some of many', async () => {
    const { observation, last, send } = await writingRig()
    for (let value = 0; value < 100; value++) await send({ id: 'm', payload: { value } })
    expect(last()).toMatchObject({ count: 100, last: { payload: { value: 63 } } })
    observation.looked()
    await send({ id: 'm', payload: { value: 100 } })
    expect(last()).toMatchObject({ count: 101, last: { payload: { value: 100 } } })
  })

  test('is told where a message cannot be copied, and the flow takes it', async () => {
    const { given, last, send } = await writingRig()
    await send({ id: 'm', payload: { value: 1, call: () => {} } })
    expect(given).toHaveLength(1)
    expect(last()?.last?.payload).toMatch(/holds a function/)
  })
})

describe('who looks at a flow', () => {
  test('sees how often each wire was used, and its last message, until it goes', async () => {
    const { engine, send } = await rig()
    const observation = new FlowObservation()
    await send('before').catch(() => {})
    engine.observe('f', observation)
    await send('one').catch(() => {})
    await send('two').catch(() => {})
    engine.observe('f', undefined)
    await send('after').catch(() => {})
    const two = { id: 'two', payload: 'two' }
    expect([...observation.wires].map(([name, { count, last }]) => [name, count, last])).toEqual([
      ['source.out a.in', 2, two],
      ['a.out bad.in', 2, two],
      ['source.out bad.in', 2, two],
    ])
  })

  test('has the very last message at each moment, however many there are', async () => {
    const { engine, send } = await rig()
    const observation = new FlowObservation()
    engine.observe('f', observation)
    for (let count = 1; count <= 200; count++) {
      await send(`m${count}`).catch(() => {})
      expect(observation.wires.get('a.out bad.in')).toMatchObject({ count, last: { id: `m${count}` } })
    }
  })

  test('can follow a message through the flow', async () => {
    const { engine, clock, send } = await rig()
    const observation = new FlowObservation({ clock })
    engine.observe('f', observation)
    await send('other').catch(() => {})
    await send('m').catch(() => {})
    const at = clock.now()
    const step = (node: string, port: string) => ({ message: 'm', at, node, port })
    const failed = { message: 'm', at, node: 'bad', failed: { code: 'NODE_FAILED', message: 'It failed.' } }
    expect(observation.trace('m')).toEqual([
      step('source', 'out'),
      ...[step('a', 'in'), step('a', 'out'), step('bad', 'in'), failed],
      ...[step('bad', 'in'), failed],
    ])
  })

  test('keeps the last 5,000 steps', async () => {
    const { engine, clock, send } = await rig()
    const observation = new FlowObservation({ clock })
    engine.observe('f', observation)
    for (let count = 0; count < 1_000; count++) await send(`m${count}`).catch(() => {})
    expect(observation.trace('m0')).toEqual([])
    expect(observation.trace('m999')).toHaveLength(7)
  })
})

test('messages and failures are counted, be there somebody who looks or not', async () => {
  const { engine, send } = await rig()
  await send('one').catch(() => {})
  expect(Object.fromEntries(engine.counts())).toEqual({ f: { messages: 3, failures: 2 } })
})
