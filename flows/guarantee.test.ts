import { describe, expect, test } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { makeCatalogue } from './catalogue.ts'
import { emptyFlow, type Flow, type FlowNode } from './flow.ts'
import { type ChainHouse, guaranteeOf } from './guarantee.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const house: ChainHouse = { keepsMessages: true, connection: () => undefined }

type Drawn = readonly [type: string, config?: Record<string, unknown>]

/** A flow out of `{ bell: ['mqtt-in'] }` and `bell > quiet > phone`. Ends without a port stand for `out` and `in`. */
function draw(drawn: Readonly<Record<string, Drawn>>, ...chains: readonly string[]): Flow {
  const nodes = Object.entries(drawn).map(
    ([id, [type, config = {}]]): FlowNode => ({ id, type, at: [0, 0], config, version: versionOf(type) }),
  )
  const wires = chains.flatMap((chain) => {
    const names = chain.split(' > ')
    return names.slice(1).map((to, index): [string, string] => {
      const from = names[index] ?? ''
      return [from.includes('.') ? from : `${from}.out`, to.includes('.') ? to : `${to}.in`]
    })
  })
  return { ...emptyFlow('alarm', 'Alarm'), nodes, wires }
}
const versionOf = (type: string) => catalogue.nodes.get(type)?.version ?? 1

const look = (flow: Flow, around = house) => {
  const { kind, safeSources, breaks } = guaranteeOf(flow, catalogue, around)
  return {
    kind,
    safe: safeSources.map(({ node }) => node),
    breaks: breaks.map(({ node, code }) => `${node} ${code}`),
  }
}

const bell: Drawn = ['mqtt-in', { topic: 'home/door/bell' }]
const phone: Drawn = ['telegram-notify', { chat: '4711' }]
const quiet: Drawn = ['debounce']

describe('the guarantee of a flow', () => {
  test('holds from a topic at QoS 1 to the phone, over nodes that hold messages', () => {
    const flow = draw({ bell, quiet, later: ['delay'], phone }, 'bell > quiet > later > phone')
    expect(look(flow)).toEqual({ kind: 'guaranteed', safe: ['bell'], breaks: [] })
  })

  test('is broken by a topic at QoS 0', () => {
    const flow = draw({ bell: ['mqtt-in', { topic: 'a', qos: 0 }], phone }, 'bell > phone')
    expect(look(flow)).toEqual({ kind: 'bestEffort', safe: [], breaks: ['bell CHAIN_HEARD_AT_ZERO'] })
  })

  test('names the node and says what to do', () => {
    const flow = draw({ bell, lamp: ['mqtt-out', { topic: 'lamp', qos: 0 }] }, 'bell > lamp')
    expect(guaranteeOf(flow, catalogue, house).breaks).toEqual([
      {
        node: 'lamp',
        type: 'mqtt-out',
        code: 'CHAIN_SENT_AT_ZERO',
        message: 'It publishes at QoS 0: nobody says whether that has arrived. Choose QoS 1.',
      },
    ])
  })

  test('says which sources are safe where others are not', () => {
    const motion: Drawn = ['tinkerforge-device', { uid: 'Md2', device: 'motion-detector-v2' }]
    const flow = draw({ bell, motion, quiet, phone }, 'bell > quiet > phone', 'motion.detected > quiet')
    expect(look(flow)).toEqual({ kind: 'bestEffort', safe: ['bell'], breaks: ['motion CHAIN_DEVICE'] })
  })

  test('does not care for what leads nowhere', () => {
    const flow = draw(
      {
        bell,
        phone,
        often: ['inject', { everyMs: 1_000 }],
        shown: ['debug'],
        zero: ['mqtt-in', { topic: 'b', qos: 0 }],
      },
      'bell > phone',
      'bell > shown',
      'often > shown',
      'zero > shown',
    )
    expect(look(flow)).toEqual({ kind: 'guaranteed', safe: ['bell'], breaks: [] })
  })

  test('is not asked for where nothing leaves the flow', () => {
    expect(look(draw({ bell, shown: ['debug'] }, 'bell > shown'))).toEqual({
      kind: 'none',
      safe: [],
      breaks: [],
    })
  })

  test('is not asked for where a person presses a button, but for what comes by a schedule', () => {
    const pressed = draw({ try: ['inject'], phone }, 'try > phone')
    const planned = draw({ try: ['inject', { atTime: '07:00' }], phone }, 'try > phone')
    expect(look(pressed).kind).toBe('none')
    expect(look(planned).breaks).toEqual(['try CHAIN_SCHEDULE'])
  })

  test.each([
    ['clock.after(100, () => emit("out", message))', ['own CHAIN_TIMERS']],
    ['await clock.sleep(100); return message', []],
  ])('knows a function by its timers: %s', (code, breaks) => {
    expect(look(draw({ bell, own: ['function', { code }], phone }, 'bell > own > phone')).breaks).toEqual(
      breaks,
    )
  })

  test('is broken by the series at the end, not by a display', () => {
    const display: Drawn = ['tinkerforge-device', { uid: 'oLd', device: 'oled-128x64-v2' }]
    const series: Drawn = ['timeseries-write', { series: 'bell' }]
    const flow = draw({ bell, display, series }, 'bell > display.text', 'bell > series')
    expect(look(flow).breaks).toEqual(['series CHAIN_SERIES'])
  })

  test('goes on behind an error handler, which makes no chain of what leads to it', () => {
    const own: Drawn = ['function', { setup: 'clock.every(1000, () => {})' }]
    const zero: Drawn = ['mqtt-in', { topic: 'b', qos: 0 }]
    const nodes = { bell, zero, shown: ['debug'], failed: ['on-error'], own, phone } as const
    expect(look(draw(nodes, 'bell > phone', 'zero > shown', 'failed > own > phone')).breaks).toEqual([
      'own CHAIN_TIMERS',
    ])
    expect(look(draw({ zero, failed: ['on-error'], phone }, 'zero > shown', 'failed > phone')).kind).toBe(
      'none',
    )
  })

  test('asks the other broker to keep what comes while Wirehouse is away', () => {
    const flow = draw({ bell: ['mqtt-in', { topic: 'a', broker: 'garage' }], phone }, 'bell > phone')
    const at = (config: object) => look(flow, { ...house, connection: () => ({ ...config }) }).breaks
    expect(at({})).toEqual(['bell CHAIN_NO_SESSION'])
    expect(at({ keepSession: true })).toEqual([])
  })

  test('is given by no flow in a house that keeps no messages', () => {
    const flow = draw({ bell, phone }, 'bell > phone')
    expect(look(flow, { ...house, keepsMessages: false }).breaks).toEqual(['bell CHAIN_INBOX_OFF'])
  })

  test('ends where a node is unknown or cannot be read', () => {
    const flow = draw(
      { bell, odd: ['from-elsewhere'], wrong: ['delay', { mode: 'odd' }], phone },
      'bell > odd > phone',
      'bell > wrong > phone',
    )
    expect(look(flow).kind).toBe('none')
  })

  test('is found out quickly in a loop of thousands', () => {
    const nodes = Array.from(
      { length: 5_000 },
      (_, index): FlowNode => ({
        id: `n${index}`,
        type: index === 0 ? 'mqtt-in' : index % 2 === 0 ? 'on-error' : 'mqtt-out',
        at: [0, 0],
        config: { qos: 0 },
      }),
    )
    const wires = nodes.flatMap((_, index): [string, string][] =>
      [1, 2, 3, 4].map((step) => [`n${index}.out`, `n${(index + step) % 5_000}.in`]),
    )
    const { breaks } = guaranteeOf({ ...emptyFlow('a', 'A'), nodes, wires }, catalogue, house)
    expect(breaks).toHaveLength(2_501)
  })
})
