import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { type AnyNodeRuntime, implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { MemoryState } from '#rig/memory-state.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { DeployError } from './deploy-error.ts'
import { Engine } from './engine.ts'
import { FlowObservation } from './flow-observation.ts'
import type { LinkDesk } from './link-desk.ts'

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const through = { inputs: { in: port.any() }, outputs: { out: port.any() } }

const pass = implementNode(
  defineNode({ ...common, ...through, type: 'pass', config: z.object({}) }),
  ({ emit }) => ({
    in: (message) => emit('out', message),
  }),
)
const broken = implementNode(
  defineNode({
    ...common,
    ...through,
    type: 'broken',
    config: z.object({ at: z.enum(['create', 'message']) }),
  }),
  ({ config }) => {
    if (config.at === 'create') throw new NodeError('BROKEN', 'It is broken.', { field: 'at' })
    return {
      in() {
        throw new NodeError('BROKEN', 'It is broken.')
      },
    }
  },
)
const hold = implementNode(
  defineNode({ ...common, ...through, type: 'hold', config: z.object({ ms: z.number() }) }),
  ({ config, clock, emit }) => ({ in: (message) => clock.after(config.ms, () => emit('out', message)).done }),
)
const count = implementNode(
  defineNode({ ...common, ...through, type: 'count', config: z.object({}) }),
  ({ state, emit }) => ({
    in(message) {
      const total = Number(state.get('total') ?? 0) + 1
      state.set('total', total)
      return emit('out', { ...message, payload: total })
    },
  }),
)
const onError = implementNode(
  defineNode({ ...common, type: 'on-error', config: z.object({}), inputs: {}, outputs: { out: port.any() } }),
  ({ emit, message }) => ({ flowError: (failure) => emit('out', message({ payload: failure.code })) }),
)

const node = (id: string, type: string, config: Record<string, unknown> = {}): FlowNode => ({
  id,
  type,
  at: [0, 0],
  config,
})
const drawing = (nodes: FlowNode[], wires: [string, string][]): Flow => ({
  ...emptyFlow('f', 'F'),
  nodes,
  wires,
})

const noLinks: LinkDesk = {
  use: (id) => expect.unreachable(`connection ${id}`),
  release: async () => {},
}

function house() {
  const clock = new VirtualClock()
  const state = new MemoryState()
  const seen: unknown[] = []
  const statuses: string[] = []
  const sink = implementNode(
    defineNode({ ...common, type: 'sink', config: z.object({}), inputs: { in: port.any() }, outputs: {} }),
    () => ({ in: (message) => void seen.push(message.payload) }),
  )
  const nodes: AnyNodeRuntime[] = [pass, broken, hold, count, onError, sink]
  const make = () =>
    new Engine({
      nodes,
      clock,
      services: fakeServices(),
      state,
      links: noLinks,
      observer: { nodeStatus: (_flow, id, status) => statuses.push(`${id} ${status.state}`) },
    })
  const engine = make()
  const send = (id: string, payload: unknown) => engine.poke('f', id, undefined, { payload })
  return { engine, make, clock, seen, statuses, send }
}

describe('a running flow', () => {
  test('passes a message along its wires by direct calls', async () => {
    const { engine, seen, send } = house()
    await engine.deploy(drawing([node('a', 'pass'), node('b', 'sink')], [['a.out', 'b.in']]))
    const settled = send('a', 1)
    expect(seen).toEqual([1])
    await settled
  })

  test('acknowledges when a node that held the message back has let it go', async () => {
    const { engine, clock, send } = house()
    await engine.deploy(drawing([node('a', 'hold', { ms: 100 }), node('b', 'sink')], [['a.out', 'b.in']]))
    let isSettled = false
    void send('a', 1).then(() => (isSettled = true))
    await clock.advance(99)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    expect(isSettled).toBe(true)
  })

  test('fans out to all receivers even when one of them fails, and then fails', async () => {
    const { engine, seen, send } = house()
    const nodes = [node('a', 'pass'), node('bad', 'broken', { at: 'message' }), node('b', 'sink')]
    await engine.deploy(
      drawing(nodes, [
        ['a.out', 'bad.in'],
        ['a.out', 'b.in'],
      ]),
    )
    await expect(send('a', 1)).rejects.toThrow('It is broken.')
    expect(seen).toEqual([1])
  })

  test('blames the node that failed, and none before it', async () => {
    const { engine, statuses, send } = house()
    await engine.deploy(
      drawing([node('a', 'pass'), node('bad', 'broken', { at: 'message' })], [['a.out', 'bad.in']]),
    )
    await expect(send('a', 1)).rejects.toThrow('It is broken.')
    expect(statuses).toEqual(['bad error'])
  })

  test('leads a failed message to the error port of its node', async () => {
    const { engine, seen, send } = house()
    await engine.deploy(
      drawing([node('bad', 'broken', { at: 'message' }), node('b', 'sink')], [['bad.error', 'b.in']]),
    )
    await send('bad', 7)
    expect(seen).toEqual([7])
  })

  test('leads a failure to the error handler of the flow when the error port is free', async () => {
    const { engine, seen, send } = house()
    const nodes = [node('bad', 'broken', { at: 'message' }), node('h', 'on-error'), node('b', 'sink')]
    await engine.deploy(drawing(nodes, [['h.out', 'b.in']]))
    await send('bad', 7)
    expect(seen).toEqual(['BROKEN'])
  })

  test('stops a message that runs in circles', async () => {
    const { engine, clock, send, statuses } = house()
    await engine.deploy(
      drawing(
        [node('a', 'pass'), node('b', 'pass')],
        [
          ['a.out', 'b.in'],
          ['b.out', 'a.in'],
        ],
      ),
    )
    const sent = expect(send('a', 1)).rejects.toThrow('around a loop')
    await clock.advance(1_000)
    await sent
    expect(statuses).toContain('b error')
  })

  test('blames the node that sent a message in circles, also where another branch takes its time', async () => {
    const { engine, clock, send, statuses } = house()
    const nodes = [node('a', 'pass'), node('b', 'pass'), node('slow', 'hold', { ms: 1 })]
    await engine.deploy(
      drawing(nodes, [
        ['a.out', 'b.in'],
        ['b.out', 'slow.in'],
        ['b.out', 'a.in'],
      ]),
    )
    const sent = expect(send('a', 1)).rejects.toThrow('around a loop')
    await clock.advance(1_000)
    await sent
    expect(statuses).toEqual(['b error'])
  })

  test('does not tell an error handler of what its own reports ran into', async () => {
    const { engine, statuses, send } = house()
    const nodes = [node('bad', 'broken', { at: 'message' }), node('h', 'on-error')]
    const phones = ['p1', 'p2'].map((id) => node(id, 'broken', { at: 'message' }))
    await engine.deploy(
      drawing(
        [...nodes, ...phones],
        [
          ['h.out', 'p1.in'],
          ['h.out', 'p2.in'],
        ],
      ),
    )
    await expect(send('bad', 1)).rejects.toThrow('It is broken.')
    await expect(send('bad', 2)).rejects.toThrow('It is broken.')
    expect(statuses).toEqual(['bad error', 'p1 error', 'p2 error', 'bad error', 'p1 error', 'p2 error'])
  })

  test('comes to an end where wires part and meet again 40 times', async () => {
    const { engine, clock, send } = house()
    const layer = (at: number) => [`a${at}`, `b${at}`]
    const layers = Array.from({ length: 40 }, (_, at) => at)
    const wires = layers.flatMap((at) =>
      layer(at).flatMap((from) => layer(at + 1).map((to): [string, string] => [`${from}.out`, `${to}.in`])),
    )
    await engine.deploy(
      drawing(
        [...layers, 40].flatMap(layer).map((id) => node(id, 'pass')),
        wires,
      ),
    )
    const sent = expect(send('a0', 1)).rejects.toThrow('part and meet again')
    await clock.advance(1_000)
    await sent
  })

  test('carries a message through a chain of 3,000 nodes', async () => {
    const { engine, clock, seen, send } = house()
    const nodes = Array.from({ length: 3_000 }, (_, index) => node(`n${index}`, 'pass'))
    const wires = nodes.map((n, index): [string, string] => [
      `${n.id}.out`,
      index < 2_999 ? `n${index + 1}.in` : 'end.in',
    ])
    await engine.deploy(drawing([...nodes, node('end', 'sink')], wires))
    const sent = send('n0', 'through')
    await clock.advance(100)
    await sent
    expect(seen).toEqual(['through'])
  })
})

describe('a deploy', () => {
  test('leaves nodes alone that have not changed, with what they hold', async () => {
    const { engine, clock, seen, send } = house()
    const nodes = [node('a', 'hold', { ms: 100 }), node('b', 'sink')]
    await engine.deploy(drawing(nodes, [['a.out', 'b.in']]))
    void send('a', 'held')
    await engine.deploy(
      drawing(
        [...nodes, node('c', 'pass')],
        [
          ['a.out', 'c.in'],
          ['c.out', 'b.in'],
        ],
      ),
    )
    await clock.advance(100)
    expect(seen).toEqual(['held'])
  })

  test('that cannot start a node says why and leaves the old drawing running', async () => {
    const { engine, seen, send } = house()
    await engine.deploy(drawing([node('a', 'pass'), node('b', 'sink')], [['a.out', 'b.in']]))
    const failing = engine.deploy(drawing([node('a', 'broken', { at: 'create' })], []))
    await expect(failing).rejects.toThrow(DeployError)
    await expect(failing).rejects.toMatchObject({
      problems: [{ code: 'BROKEN', node: 'a', field: 'at', message: 'It is broken.' }],
    })
    await send('a', 1)
    expect(seen).toEqual([1])
  })

  test('with an unknown node type runs the rest', async () => {
    const { engine, seen, send, statuses } = house()
    const nodes = [node('a', 'pass'), node('what', 'from-elsewhere'), node('b', 'sink')]
    await engine.deploy(
      drawing(nodes, [
        ['a.out', 'b.in'],
        ['a.out', 'what.in'],
      ]),
    )
    await send('a', 1)
    expect(seen).toEqual([1])
    expect(statuses).toContain('what error')
  })
})

test('ports named like the members of every object do no harm', async () => {
  const { engine, seen, send } = house()
  const nodes = [node('constructor', 'from-elsewhere'), node('__proto__', 'pass'), node('b', 'sink')]
  const wires: [string, string][] = [
    ['constructor.__proto__', 'b.in'],
    ['constructor.toString', 'constructor.valueOf'],
    ['__proto__.out', 'b.in'],
  ]
  await engine.deploy(drawing(nodes, wires))
  await send('__proto__', 1)
  expect(seen).toEqual([1])
})

describe('a node of an unknown type', () => {
  const alien = (from: string, to: string) =>
    drawing([node('x', 'alien'), node('bad', 'broken', { at: 'message' }), node('y', 'alien')], [[from, to]])

  test.each(['toString', '__proto__', 'constructor'])('may have ports called %s', async (name) => {
    const { engine } = house()
    const observation = new FlowObservation()
    engine.observe('f', observation)
    await engine.deploy(alien(`x.${name}`, `y.${name}`))
    expect([...observation.wires.keys()]).toEqual([`x.${name} y.${name}`])
  })

  test('takes no errors, whatever its ports are called', async () => {
    const { engine, send } = house()
    await engine.deploy(alien('bad.out', 'y.flowError'))
    await expect(send('bad', 1)).rejects.toThrow('It is broken.')
  })
})

describe('node state', () => {
  test('outlives a stop, and is gone with its node', async () => {
    const { engine, make, seen, send } = house()
    const nodes = [node('a', 'count'), node('b', 'sink')]
    await engine.deploy(drawing(nodes, [['a.out', 'b.in']]))
    await send('a', 0)
    await engine.stop('f')
    const again = make()
    await again.deploy(drawing(nodes, [['a.out', 'b.in']]))
    await again.poke('f', 'a', undefined, {})
    await again.deploy(drawing([node('b', 'sink')], []))
    await again.deploy(drawing(nodes, [['a.out', 'b.in']]))
    await again.poke('f', 'a', undefined, {})
    expect(seen).toEqual([1, 2, 1])
  })
})
