import { describe, expect, test } from 'vitest'
import { drawn, importFlow, importNode, noteCodes } from './import-rig.ts'

const config = (type: string, properties: object) => importNode(type, properties).config
const typeOf = (type: string, properties: object = {}) => importNode(type, properties).type

describe('an inject node', () => {
  test('keeps its payload, topic and times', () => {
    expect(
      config('inject', {
        props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
        payload: '21.5',
        payloadType: 'num',
        topic: 'room',
        repeat: '60',
        once: true,
        onceDelay: 2,
      }),
    ).toEqual({
      payloadType: 'number',
      payload: 21.5,
      topic: 'room',
      everyMs: 60_000,
      onStart: true,
      onStartAfterMs: 2_000,
    })
  })

  test.each([
    ['date', '', { payloadType: 'time' }],
    ['str', 'on', { payloadType: 'text', payload: 'on' }],
    ['bool', 'true', { payloadType: 'value', payload: true }],
    ['json', '{"a":[1]}', { payloadType: 'value', payload: { a: [1] } }],
  ])('of the old form, without a list, sends %s %j', (payloadType, payload, wanted) => {
    expect(config('inject', { payloadType, payload, topic: '' })).toEqual(wanted)
  })

  test('keeps its cron expression', () => {
    expect(config('inject', { crontab: '00 07 * * 1,2', payloadType: 'date' })).toMatchObject({
      cron: '00 07 * * 1,2',
    })
  })

  test('sets further properties by a function behind it', () => {
    const props = [
      { p: 'payload', v: 'on', vt: 'str' },
      { p: 'lamp.level', v: '80', vt: 'num' },
    ]
    const flow = importFlow(drawn('n', 'inject', { props }))
    expect(flow.nodes.map(({ type }) => type)).toEqual(['inject', 'function'])
    expect(flow.nodes[1]?.config['code']).toContain('setProperty(message, ["lamp","level"], 80)')
    expect(flow.wires).toEqual([['n.out', 'n-2.in']])
  })

  test('whose payload is computed becomes a placeholder, so that nothing wrong is sent', () => {
    expect(typeOf('inject', { props: [{ p: 'payload', v: '$now()', vt: 'jsonata' }] })).toBe(
      'node-red:inject',
    )
  })
})

describe('a debug node', () => {
  test.each([
    [{ complete: 'false' }, { property: 'payload' }],
    [{ complete: 'true', targetType: 'full' }, { property: '' }],
    [
      { complete: 'payload.temp', targetType: 'msg', active: false },
      { property: 'payload.temp', active: false },
    ],
    [
      { complete: 'false', tostatus: true },
      { property: 'payload', showStatus: true },
    ],
  ])('%j becomes %j', (properties, wanted) => {
    expect(config('debug', properties)).toEqual(wanted)
  })
})

describe('MQTT', () => {
  const broker = {
    id: 'b1',
    type: 'mqtt-broker',
    name: 'House',
    broker: 'mqtts://broker.lan:8884',
    cleansession: false,
    clientid: 'nr1',
    credentials: { user: 'me', password: 'hush' },
  }

  test('nodes and their broker are carried over without the login', () => {
    const flow = importFlow(
      broker,
      drawn('in', 'mqtt in', { topic: 'home/+/temp', qos: '2', datatype: 'json', broker: 'b1', rh: 2 }),
      drawn('out', 'mqtt out', { topic: '', qos: '', retain: 'true', broker: 'b1' }),
    )
    expect(flow.connections).toEqual([
      {
        id: 'b1',
        type: 'mqtt',
        name: 'House',
        config: {
          host: 'broker.lan',
          port: 8884,
          tls: true,
          clientId: 'nr1',
          keepSession: true,
        },
      },
    ])
    expect(flow.nodes.map((node) => node.config)).toEqual([
      { broker: 'b1', topic: 'home/+/temp', qos: 2, payload: 'json', retained: 'live' },
      { broker: 'b1', topic: '', qos: 1, retain: true },
    ])
    expect(JSON.stringify(flow)).not.toContain('hush')
  })

  test('nodes without their broker ask for one', () => {
    const node = importNode('mqtt in', { topic: 'a', broker: 'gone' })
    expect(node.config['broker']).toBe('')
    expect(noteCodes(node)).toEqual(['NODE_RED_BROKER'])
  })

  test.each([
    [{ topic: '$share/g/a' }],
    [{ topic: 'a/#/b' }],
    [{ topic: 'a', inputs: 1 }],
    [{ topic: 'a', datatype: 'base64' }],
  ])('in %j becomes a placeholder', (properties) => {
    expect(typeOf('mqtt in', properties)).toBe('node-red:mqtt in')
  })
})

describe('a switch', () => {
  test('becomes ours, and its last rule "otherwise" the output for the rest', () => {
    const flow = importFlow(
      drawn('n', 'switch', {
        property: 'payload.temp',
        rules: [
          { t: 'gt', v: '25', vt: 'num' },
          { t: 'btwn', v: '18', vt: 'num', v2: '25', v2t: 'num' },
          { t: 'else' },
        ],
        checkall: 'false',
        wires: [['d'], [], ['d']],
      }),
      drawn('d', 'debug'),
    )
    expect(flow.nodes[0]?.config).toEqual({
      property: 'payload.temp',
      rules: [
        { operator: '>', value: 25 },
        { operator: 'between', value: 18, value2: 25 },
      ],
      match: 'first',
    })
    expect(flow.wires).toEqual([
      ['n.out1', 'd.in'],
      ['n.else', 'd.in'],
    ])
  })

  test.each([
    ['not null', [{ t: 'nnull' }]],
    ['the value before', [{ t: 'gt', v: '', vt: 'prev' }]],
    ['a pattern that looks ahead', [{ t: 'regex', v: 'a(?=b)', vt: 'str' }]],
    ['a property of the message', [{ t: 'eq', v: 'limit', vt: 'msg' }]],
    ['otherwise, in between', [{ t: 'true' }, { t: 'else' }, { t: 'false' }]],
  ])('with %s becomes a function', (_what, rules) => {
    expect(typeOf('switch', { property: 'payload', rules })).toBe('function')
  })

  test.each([
    [{ property: 'x', propertyType: 'flow', rules: [{ t: 'true' }] }],
    [{ property: 'payload', rules: [{ t: 'jsonata_exp', v: 'a', vt: 'jsonata' }] }],
    [{ property: 'payload', rules: [] }],
  ])('%j becomes a placeholder', (properties) => {
    expect(typeOf('switch', properties)).toBe('node-red:switch')
  })
})

describe('a change node', () => {
  test('becomes a function with a statement for each rule', () => {
    const rules = [
      { t: 'set', p: 'payload', pt: 'msg', to: 'on', tot: 'str' },
      { t: 'set', p: 'topic', pt: 'msg', to: 'payload.room', tot: 'msg' },
      { t: 'delete', p: 'retain', pt: 'msg' },
    ]
    const { code } = config('change', { rules }) as { code: string }
    expect(code.split('\n').slice(0, 4)).toEqual([
      'message.payload = "on"',
      'message.topic = asText(message.payload?.room)',
      'delete message.retain',
      'return message',
    ])
  })

  test('that computes becomes a placeholder with its rules kept', () => {
    const rules = [{ t: 'set', p: 'payload', pt: 'msg', to: 'payload * 2', tot: 'jsonata' }]
    const node = importNode('change', { rules })
    expect(node).toMatchObject({ type: 'node-red:change', config: { rules } })
    expect(noteCodes(node)).toEqual(['NODE_RED_NOT_CARRIED_OVER'])
  })
})

describe('a template', () => {
  test.each([
    ['{{payload}} °C in {{{ rooms.0.name }}}', '{{ payload }} °C in {{ rooms.0.name }}'],
    ['{{& topic}}', '{{ topic }}'],
  ])('%j becomes %j', (source, wanted) => {
    expect(config('template', { template: source })).toEqual({ template: wanted, property: 'payload' })
  })

  test('of plain text keeps its braces', () => {
    const { template } = config('template', { template: 'a {{b}}', syntax: 'plain' })
    expect(template).toBe('a {{ "{{" }}b}}')
  })

  test('of JSON stays one', () => {
    expect(config('template', { template: '{"t": {{payload}}}', output: 'json' })).toMatchObject({
      output: 'json',
    })
  })

  test.each([
    [{ template: '{{#rooms}}x{{/rooms}}' }],
    [{ template: '{{flow.limit}}' }],
    [{ template: '{{payload}', output: 'str' }],
    [{ template: '{{payload}} x', output: 'json' }],
    [{ template: 'a: 1', output: 'yaml' }],
  ])('%j becomes a placeholder', (properties) => {
    expect(typeOf('template', properties)).toBe('node-red:template')
  })

  test('that makes HTML says that values are not escaped', () => {
    expect(noteCodes(importNode('template', { template: '<b>{{payload}}</b>' }))).toEqual([
      'NODE_RED_TEMPLATE_HTML',
    ])
  })
})

describe('time', () => {
  test.each([
    [
      { pauseType: 'delay', timeout: '2', timeoutUnits: 'minutes' },
      { mode: 'fixed', delayMs: 120_000 },
    ],
    [
      { pauseType: 'random', randomFirst: '5', randomLast: '1', randomUnits: 'seconds' },
      { mode: 'random', minMs: 1_000, maxMs: 5_000 },
    ],
    [
      { pauseType: 'rate', rate: '3', nbRateUnits: '2', rateUnits: 'minute', drop: true },
      { mode: 'rate', count: 3, perMs: 120_000, excess: 'drop' },
    ],
    [
      { pauseType: 'timed', rate: '1', nbRateUnits: '1', rateUnits: 'second' },
      { mode: 'rate', count: 1, perMs: 1_000, excess: 'newest', perTopic: true },
    ],
  ])('delay %j becomes %j', (properties, wanted) => {
    expect(config('delay', properties)).toEqual(wanted)
  })

  test.each([
    ['waits for quiet', { op1type: 'nul', op2type: 'payl', extend: true }, ['debounce']],
    ['passes the first on', { op1type: 'pay', op2type: 'nul', extend: true }, ['debounce']],
    ['passes one in a time', { op1type: 'pay', op2type: 'nul' }, ['delay']],
    ['sends 1 and then 0', { op1: '1', op2: '0' }, ['delay', 'delay', 'function', 'function']],
  ])('a trigger that %s becomes %j', (_what, properties, types) => {
    const { nodes } = importFlow(drawn('n', 'trigger', { duration: '250', units: 'ms', ...properties }))
    expect(nodes.map(({ type }) => type)).toEqual(types)
  })

  test.each([
    ['waits for a reset', { duration: '0' }],
    ['repeats', { duration: '-1', units: 's' }],
    ['uses the context', { op1: 'x', op1type: 'flow' }],
  ])('a trigger that %s becomes a placeholder', (_what, properties) => {
    expect(typeOf('trigger', { duration: '250', units: 'ms', ...properties })).toBe('node-red:trigger')
  })
})

describe('a filter', () => {
  test.each([
    [{ func: 'rbe' }, { conditions: [{ property: 'payload', operator: 'changed' }], perTopic: true }],
    [
      { func: 'deadband', gap: '5%', septopics: false, inout: 'out' },
      { conditions: [{ property: 'payload', operator: 'changed by', value: '5%' }], perTopic: false },
    ],
  ])('%j becomes %j', (properties, wanted) => {
    expect(config('rbe', properties)).toEqual(wanted)
  })

  test.each([
    [{ func: 'narrowband', gap: '5' }],
    [{ func: 'deadband', gap: '5', start: '20' }],
    [{ func: 'rbei' }],
  ])('%j becomes a placeholder', (properties) => {
    expect(typeOf('rbe', properties)).toBe('node-red:rbe')
  })
})

describe('a function', () => {
  test('keeps its body as it was', () => {
    const func = 'msg.payload = Number(msg.payload);\nreturn msg;'
    const { code } = config('function', { func }) as { code: string }
    expect(code).toContain(`async function original(msg) {\n${func}\n}`)
    expect(code).not.toContain('const node')
  })

  test('says what it asks for and does not get', () => {
    const node = importNode('function', {
      func: 'setTimeout(() => node.send(msg), flow.get("ms"));\nreturn env.get("ROOM")',
      finalize: 'flow.set("on", false)',
      libs: [{ var: 'os', module: 'os' }],
    })
    expect(noteCodes(node)).toEqual([
      'NODE_RED_FUNCTION_API',
      'NODE_RED_FUNCTION_CONTEXT',
      'NODE_RED_ENVIRONMENT',
      'NODE_RED_FUNCTION_STOP',
    ])
  })

  test('with more outputs than ours becomes a placeholder', () => {
    expect(typeOf('function', { func: 'return msg', outputs: 9 })).toBe('node-red:function')
  })
})

describe('a catch node', () => {
  test('becomes one that hears of all nodes, or of the named ones', () => {
    const { nodes } = importFlow(
      drawn('f', 'function', { func: 'return msg' }),
      drawn('all', 'catch', { scope: null }),
      drawn('some', 'catch', { scope: ['f'] }),
    )
    const listening = nodes.filter(({ type }) => type === 'on-error').map((node) => node.config)
    expect(listening).toEqual([{ nodes: [] }, { nodes: ['f'] }])
  })
})
