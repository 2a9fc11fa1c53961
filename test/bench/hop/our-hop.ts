import * as z from 'zod'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import { type Handler, implementNode } from '#kit/runtime/implement-node.ts'
import { filterRuntime } from '#nodes/filter/runtime.ts'
import { switchRuntime } from '#nodes/switch/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { MemoryState } from '#rig/memory-state.ts'
import { Engine } from '#server/engine/engine.ts'
import { realClock } from '#server/engine/real-clock.ts'

/** Microseconds per hop, by what was measured and the size of the payload. */
export interface HopCost {
  readonly path: 'pass' | 'filter' | 'switch' | 'fan-out'
  readonly payloadBytes: number
  readonly microseconds: number
}

const HOPS = 10
const ROUNDS = 7
const SIZES = [0, 1_000, 100_000]

/** Measures chains of ten nodes of one type, and ten nodes in two branches behind one port; each the best of several rounds. */
export async function measureHops(messages = 100_000): Promise<readonly HopCost[]> {
  const costs: HopCost[] = []
  for (const [path, flow] of flows)
    for (const payloadBytes of SIZES) {
      await using rig = await start(flow)
      const message = { id: 'm', topic: 'a/b', payload: payloadOf(payloadBytes) }
      const rounds = Array.from({ length: ROUNDS }, () => timeOf(rig.send, message, messages))
      costs.push({ path, payloadBytes, microseconds: (Math.min(...rounds) * 1_000) / messages / HOPS })
    }
  return costs
}

/** Milliseconds that it takes to send a message so many times. */
function timeOf(send: Handler, message: Message, times: number): number {
  const begin = performance.now()
  for (let count = 0; count < times; count++) void send(message)
  return performance.now() - begin
}

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const config = z.object({})
const sourceOf = (open: (send: Handler) => void) =>
  implementNode(
    defineNode({ ...common, type: 'source', config, inputs: {}, outputs: { out: port.any() } }),
    ({ emit }) => {
      open((message) => emit('out', message))
      return {}
    },
  )
const pass = implementNode(
  defineNode({ ...common, type: 'pass', config, inputs: { in: port.any() }, outputs: { out: port.any() } }),
  ({ emit }) => ({ in: (message) => emit('out', message) }),
)

async function start(flow: Flow) {
  let send: Handler = () => {}
  const source = sourceOf((sends) => {
    send = sends
  })
  const links = { use: () => undefined, release: async () => {} }
  const engine = new Engine({
    nodes: [source, pass, filterRuntime, switchRuntime],
    clock: realClock,
    services: fakeServices(),
    state: new MemoryState(),
    links,
  })
  await engine.deploy(flow)
  return { send, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() }
}

const node = (id: string, type: string, config: Record<string, unknown>): FlowNode => ({
  id,
  type,
  at: [0, 0],
  config,
})

/** A source, then ten nodes, each behind the one that `before` says. */
function drawing(
  type: string,
  config: Record<string, unknown>,
  output: string,
  before: (index: number) => number,
): Flow {
  const indices = Array.from({ length: HOPS }, (_, index) => index)
  const nodes = indices.map((index) => node(`n${index}`, type, config))
  const wires = indices.map((index): [string, string] => {
    const from = before(index)
    return [from < 0 ? 'source.out' : `n${from}.${output}`, `n${index}.in`]
  })
  return { ...emptyFlow('bench', 'Bench'), nodes: [node('source', 'source', {}), ...nodes], wires }
}

const topicIs = { property: 'topic', operator: '==', value: 'a/b' }
const inLine = (index: number): number => index - 1
/** 0 and 1 behind the source, 2 and 3 behind 1, and so on: each pair is a fan-out of two. */
const inPairs = (index: number): number => index - 1 - (index % 2)

const flows: readonly (readonly [HopCost['path'], Flow])[] = [
  ['pass', drawing('pass', {}, 'out', inLine)],
  ['filter', drawing('filter', { conditions: [topicIs] }, 'out', inLine)],
  [
    'switch',
    drawing('switch', { property: 'topic', rules: [{ operator: '==', value: 'a/b' }] }, 'out1', inLine),
  ],
  ['fan-out', drawing('pass', {}, 'out', inPairs)],
]

/** JSON of about this size, nested as what devices send. */
function payloadOf(bytes: number): unknown {
  if (bytes === 0) return 21.5
  return Array.from({ length: Math.ceil(bytes / 50) }, (_, index) => ({
    sensor: `kitchen/${index}`,
    value: index / 10,
    isGood: true,
  }))
}

if (import.meta.main)
  for (const { path, payloadBytes, microseconds } of await measureHops())
    process.stdout.write(
      `${path.padEnd(8)} ${String(payloadBytes).padStart(7)} bytes ${microseconds.toFixed(4)} µs\n`,
    )
