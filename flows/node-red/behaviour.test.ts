import { describe, expect, test } from 'vitest'
import { FakeMqtt } from '#rig/fake-services.ts'
import { type FlowRig, flowRig } from '#rig/flow-rig.ts'
import type { NodeStatus } from '#server/engine/observer.ts'
import type { Flow } from '../flow.ts'
import { drawn, importFlow } from './import-rig.ts'

const payloads = (rig: FlowRig, port: string) => (rig.passed.get(port) ?? []).map(({ payload }) => payload)
const text = (value: string) => new TextEncoder().encode(value)

/** Sends payloads into the imported node `n`, whose first output leads to `d`. */
async function run(flow: Flow, sent: readonly unknown[], to = 'n'): Promise<unknown[]> {
  await using rig = await flowRig(flow)
  for (const payload of sent) await rig.send(to, { payload, topic: 't' })
  return payloads(rig, 'd.in')
}

const node = (type: string, properties: object) =>
  importFlow(drawn('n', type, { wires: [['d']], ...properties }), drawn('d', 'debug'))
const runFunction = (func: string, sent: readonly unknown[], properties: object = {}) =>
  run(node('function', { func, ...properties }), sent)

test('inject, function and debug: the first flow of everybody', async () => {
  const flow = importFlow(
    drawn('n', 'inject', {
      props: [{ p: 'payload' }],
      payload: '20',
      payloadType: 'num',
      repeat: '10',
      wires: [['f']],
    }),
    drawn('f', 'function', { func: 'msg.payload = msg.payload * 1.8 + 32;\nreturn msg;', wires: [['d']] }),
    drawn('d', 'debug'),
  )
  await using rig = await flowRig(flow)
  await rig.clock.advance(20_000)
  expect(payloads(rig, 'd.in')).toEqual([68, 68])
})

test('MQTT through json, change and switch, and out again', async () => {
  const flow = importFlow(
    { id: 'b', type: 'mqtt-broker', broker: 'broker.lan' },
    drawn('in', 'mqtt in', { topic: 'room/+', datatype: 'utf8', broker: 'b', wires: [['j']] }),
    drawn('j', 'json', { action: '', property: 'payload', wires: [['c']] }),
    drawn('c', 'change', {
      rules: [
        { t: 'move', p: 'payload.temperature', pt: 'msg', to: 'payload', tot: 'msg' },
        { t: 'change', p: 'topic', pt: 'msg', from: 'room', fromt: 'str', to: 'heat', tot: 'str' },
      ],
      wires: [['s']],
    }),
    drawn('s', 'switch', {
      property: 'payload',
      rules: [{ t: 'lt', v: '18', vt: 'num' }],
      checkall: 'true',
      wires: [['out']],
    }),
    drawn('out', 'mqtt out', { topic: '', broker: 'b' }),
  )
  const broker = new FakeMqtt()
  await using rig = await flowRig(flow, { links: { b: broker } })
  for (const temperature of [16.5, 21])
    await broker.publish({
      topic: 'room/hall',
      payload: text(JSON.stringify({ temperature })),
      qos: 1,
      retain: false,
    })
  expect(rig.services.outbox.posts.map(({ post }) => post)).toMatchObject([
    { connection: 'b', target: 'heat/hall', body: { payload: '16.5', qos: 1 } },
  ])
})

describe('a filter', () => {
  test('passes on only what has changed', async () => {
    expect(await run(node('rbe', { func: 'rbe' }), [1, 1, 2, 2, 1])).toEqual([1, 2, 1])
  })

  test('with a dead band compares with the last value that passed', async () => {
    expect(await run(node('rbe', { func: 'deadband', gap: '2' }), [10, 11, 12, 12.5, 14])).toEqual([10, 12.5])
  })
})

describe('a trigger', () => {
  const trigger = (properties: object) => node('trigger', { duration: '5', units: 's', ...properties })

  test('waits until it is quiet and passes on the latest', async () => {
    await using rig = await flowRig(trigger({ op1type: 'nul', op2type: 'payl', extend: true }))
    for (const payload of ['a', 'b', 'c']) {
      void rig.send('n', { payload })
      await rig.clock.advance(3_000)
    }
    expect(payloads(rig, 'd.in')).toEqual([])
    await rig.clock.advance(2_000)
    expect(payloads(rig, 'd.in')).toEqual(['c'])
  })

  test('sends one value at once and another later, however often it is asked in between', async () => {
    await using rig = await flowRig(trigger({ op1: 'true', op2: 'false' }))
    for (let second = 0; second < 3; second++) {
      void rig.send('n', { payload: 'motion' })
      await rig.clock.advance(1_000)
    }
    expect(payloads(rig, 'd.in')).toEqual([true])
    await rig.clock.advance(2_000)
    expect(payloads(rig, 'd.in')).toEqual([true, false])
  })

  test('that is extended sends the other value only after quiet', async () => {
    const flow = trigger({ op1: 'on', op1type: 'str', op2: '0', op2type: 'num', extend: true })
    await using rig = await flowRig(flow)
    const entries = flow.nodes.filter(({ type }) => type === 'debounce').map(({ id }) => id)
    for (let second = 0; second < 8; second += 4) {
      for (const entry of entries) void rig.send(entry, { payload: 'motion' })
      await rig.clock.advance(4_000)
    }
    expect(payloads(rig, 'd.in')).toEqual(['on'])
    await rig.clock.advance(1_000)
    expect(payloads(rig, 'd.in')).toEqual(['on', 0])
  })
})

describe('a function', () => {
  test('may send several messages to several outputs, or none', async () => {
    const flow = importFlow(
      drawn('n', 'function', {
        func: 'if (!msg.payload) return null\nreturn [[{ payload: 1 }, { payload: 2 }], msg, { payload: "too many" }]',
        outputs: 2,
        wires: [['d'], ['e']],
      }),
      drawn('d', 'debug'),
      drawn('e', 'debug'),
    )
    await using rig = await flowRig(flow)
    await rig.send('n', { payload: 'x' })
    await rig.send('n', { payload: false })
    expect([payloads(rig, 'd.in'), payloads(rig, 'e.in')]).toEqual([[1, 2], ['x']])
  })

  test('may use names that ours uses for other things, and topics that are no text', async () => {
    const flow = node('function', {
      func: 'let state = 1, now = 2, message = 3; const emit = 4\nreturn { topic: state + now, payload: message + emit }',
    })
    await using rig = await flowRig(flow)
    await rig.send('n', { payload: 0 })
    expect(rig.passed.get('d.in')?.map(({ topic, payload }) => [topic, payload])).toEqual([['3', 7]])
  })

  test('may send by node.send and await', async () => {
    const func =
      'node.send({ payload: 1 })\nawait Promise.resolve()\nnode.send([null, msg])\nreturn { payload: 2 }'
    expect(await runFunction(func, [0])).toEqual([1, 2])
  })

  test('keeps its context from message to message, changed in place or not', async () => {
    const func = `const seen = context.get('seen') || []
seen.push(msg.payload)
context.set('seen', seen)
flow.set('last.value', (flow.get('last.value') ?? 0) + 1)
context.get('seen').push('!')
return { payload: [seen.join(''), flow.get('last.value'), context.keys()] }`
    expect(await runFunction(func, ['a', 'b'])).toEqual([
      ['a!', 1, ['seen']],
      ['a!b!', 2, ['seen']],
    ])
  })

  test('runs what it did at the start once', async () => {
    const initialize = "context.set('count', 10)"
    const func =
      "context.set('count', context.get('count') + 1)\nmsg.payload = context.get('count')\nreturn msg"
    expect(await runFunction(func, [0, 0], { initialize })).toEqual([11, 12])
  })

  test('reads the environment of its tab', async () => {
    const flow = importFlow(
      { id: 'tab1', type: 'tab', label: 'Hall', env: [{ name: 'LIMIT', type: 'num', value: '5' }] },
      drawn('n', 'function', {
        func: "return { payload: [env.get('LIMIT'), env.get('NR_FLOW_NAME')] }",
        wires: [['d']],
      }),
      drawn('d', 'debug'),
    )
    expect(await run(flow, [0])).toEqual([[5, 'Hall']])
  })

  test('shows its status in our words', async () => {
    const statuses: NodeStatus[] = []
    const flow = node('function', { func: "node.status({ fill: 'red', shape: 'dot', text: 'too hot' })" })
    await using rig = await flowRig(flow, {
      observer: { nodeStatus: (_flow, id, status) => void (id === 'n' && statuses.push(status)) },
    })
    await rig.send('n', { payload: 1 })
    expect(statuses).toMatchObject([{ state: 'error', text: 'too hot' }])
  })

  test('that calls node.error reaches the catch node, which gives the message on', async () => {
    const flow = importFlow(
      drawn('n', 'function', { name: 'Check', func: "node.error('too hot', msg)" }),
      drawn('c', 'catch', { wires: [['d']] }),
      drawn('d', 'debug'),
    )
    await using rig = await flowRig(flow)
    await rig.send('n', { payload: 90 })
    expect(rig.passed.get('d.in')).toMatchObject([
      {
        payload: 90,
        error: { message: expect.stringContaining('too hot'), source: { id: 'n', name: 'Check' } },
      },
    ])
  })
})

describe('a change node', () => {
  const change = (rules: readonly object[], sent: unknown) => run(node('change', { rules }), [sent])

  test('sets, also where the way there is missing', async () => {
    const rules = [{ t: 'set', p: 'payload.lamp["level now"]', pt: 'msg', to: '{"a":1}', tot: 'json' }]
    expect(await change(rules, 1)).toEqual([1])
    expect(await change(rules, {})).toEqual([{ lamp: { 'level now': { a: 1 } } }])
  })

  test.each([
    ['a text in a text', { from: 'o', fromt: 'str', to: '0', tot: 'str' }, 'foo', 'f00'],
    ['a pattern with a group', { from: '(\\d)', fromt: 're', to: '<$1>', tot: 'str' }, 'a1b2', 'a<1>b<2>'],
    ['a whole value', { from: 'on', fromt: 'str', to: 'true', tot: 'bool' }, 'on', true],
    ['a number only where it is equal', { from: '1', fromt: 'num', to: '2', tot: 'num' }, '1', '1'],
  ])('exchanges %s', async (_what, rule, sent, wanted) => {
    expect(await change([{ t: 'change', p: 'payload', pt: 'msg', ...rule }], sent)).toEqual([wanted])
  })

  test('deletes and moves inside the payload', async () => {
    const rules = [
      { t: 'delete', p: 'payload.a', pt: 'msg' },
      { t: 'move', p: 'payload.b', pt: 'msg', to: 'payload.c.d', tot: 'msg' },
    ]
    expect(await change(rules, { a: 1, b: 2 })).toEqual([{ c: { d: 2 } }])
  })
})

describe('a range', () => {
  const range = (properties: object, sent: readonly unknown[]) =>
    run(
      node('range', { minin: '0', maxin: '1023', minout: '100', maxout: '0', round: true, ...properties }),
      sent,
    )

  test.each([
    ['scale', [0, '1023', 2046], [100, 0, -100]],
    ['clamp', [-5, 2046], [100, 0]],
    ['drop', [-5, 1023, 'no number'], [0]],
  ])('by %s', async (action, sent, wanted) => {
    expect(await range({ action }, sent)).toEqual(wanted)
  })

  test('by roll', async () => {
    const full = { minin: '0', maxin: '360', minout: '0', maxout: '36', action: 'roll' }
    expect(await range(full, [370, -10])).toEqual([1, 35])
  })
})

describe('a switch', () => {
  const through = async (rules: readonly object[], sent: readonly unknown[], checkall = 'true') => {
    const outputs = rules.map((_, index) => `d${index}`)
    const flow = importFlow(
      drawn('n', 'switch', { property: 'payload', rules, checkall, wires: outputs.map((id) => [id]) }),
      ...outputs.map((id) => drawn(id, 'debug')),
    )
    await using rig = await flowRig(flow)
    for (const payload of sent) await rig.send('n', { payload })
    return outputs.map((id) => payloads(rig, `${id}.in`))
  }

  test('sends to every rule that holds, or to the first', async () => {
    const rules = [{ t: 'gt', v: '10', vt: 'num' }, { t: 'gt', v: '20', vt: 'num' }, { t: 'else' }]
    expect(await through(rules, [5, 15, 25])).toEqual([[15, 25], [25], [5]])
    expect(await through(rules, [25], 'false')).toEqual([[25], [], []])
  })

  test('as a function does the same', async () => {
    const rules = [{ t: 'gt', v: '', vt: 'prev' }, { t: 'nnull' }, { t: 'nempty' }, { t: 'else' }]
    expect(await through(rules, [1, 3, null], 'false')).toEqual([[3], [1], [], [null]])
  })
})

test('a template writes values where mustache did', async () => {
  const flow = node('template', { template: '{{topic}}: {{{payload.temp}}} °C', syntax: 'mustache' })
  expect(await run(flow, [{ temp: 21.5 }])).toEqual(['t: 21.5 °C'])
})

test('an inject with more properties sends them all', async () => {
  const props = [
    { p: 'payload', v: 'on', vt: 'str' },
    { p: 'lamp.level', v: '80', vt: 'num' },
    { p: 'at', v: '', vt: 'date' },
  ]
  const flow = importFlow(drawn('n', 'inject', { props, wires: [['d']] }), drawn('d', 'debug'))
  await using rig = await flowRig(flow)
  await rig.send('n', {})
  expect(rig.passed.get('d.in')).toMatchObject([{ payload: 'on', lamp: { level: 80 }, at: rig.clock.now() }])
})
