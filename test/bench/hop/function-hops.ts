import * as z from 'zod'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import { type Handler, implementNode } from '#kit/runtime/implement-node.ts'
import { filterRuntime } from '#nodes/filter/runtime.ts'
import { functionRuntime } from '#nodes/function/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { MemoryState } from '#rig/memory-state.ts'
import { Engine } from '#server/engine/engine.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { CELL_COUNT } from '#server/hosts/protocol.ts'
import { WatchCells } from '#server/hosts/watch-cells.ts'
import { createCodeService } from '#server/user-code/code-service.ts'
import { median } from '../report/statistics.ts'
import { CHAIN, type HopCase, type HopMeasure, hopCases, makePayload } from './hop-cases.ts'

const ROUNDS = 9
/** Microseconds of the processor that a round takes, roughly. */
const ROUND_MICROSECONDS = 100_000

/**
 * What a hop through a function costs in the engine: with the functions' real context and with a watchdog that
 * is told of each hop, as in a flow host.
 */
export async function measureFunctionHops(): Promise<readonly HopMeasure[]> {
  const measures: HopMeasure[] = []
  for (const item of hopCases)
    if (item.node === 'function') measures.push({ case: item.case, microseconds: await measure(item) })
  return measures
}

const code = createCodeService()
const watch = new WatchCells(
  new Int32Array(new SharedArrayBuffer(CELL_COUNT * Int32Array.BYTES_PER_ELEMENT)),
  () => {},
  () => {},
)

/** Microseconds per hop: what it takes from the source through a chain of ten, divided by ten; the median of several rounds. */
async function measure(item: HopCase): Promise<number> {
  await using rig = await start(item)
  const message = { id: 'm', hop: 0, payload: makePayload(item.bytes) }
  let messages = 100
  const rounds: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const perMessage = timeOf(rig.send, message, messages) / messages
    rounds.push(perMessage)
    messages = Math.ceil(ROUND_MICROSECONDS / perMessage)
  }
  if (rig.ended() === 0) throw new Error('Nothing comes out of the chain.')
  return median(rounds.slice(1)) / CHAIN.long // the first is for the compiler
}

/** Microseconds of the processor that it takes to send a message so many times, what collecting its garbage takes included. */
function timeOf(send: Handler, message: Message, times: number): number {
  const before = process.cpuUsage()
  for (let count = 0; count < times; count++) {
    void send(message)
    watch.at(0)
  }
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function start(item: HopCase) {
  const { ends, runtimes } = endsOfChain()
  const engine = new Engine({
    nodes: [...runtimes, functionRuntime, filterRuntime],
    clock: realClock,
    services: { ...fakeServices(), code },
    state: new MemoryState(),
    links: { use: () => undefined, release: async () => {} },
    watch,
  })
  await engine.deploy(drawing(item))
  return {
    send: (message: Message) => ends.send(message),
    ended: () => ends.count,
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const config = z.object({})
const source = { ...common, type: 'source', config, inputs: {}, outputs: { out: port.any() } } as const

/** What messages come from, as its own as those of a subscription, and where they are counted. */
function endsOfChain() {
  const ends: { send: Handler; count: number } = { send: () => {}, count: 0 }
  const runtimes = [
    implementNode(defineNode({ ...source, makesMessages: true }), ({ emit }) => {
      ends.send = (message) => emit('out', message)
      return {}
    }),
    implementNode(
      defineNode({ ...common, type: 'end', config, inputs: { in: port.any() }, outputs: {} }),
      () => ({
        in(message) {
          if (message['hop'] !== CHAIN.long) throw new Error('A hop was left out.')
          ends.count += 1
        },
      }),
    ),
  ]
  return { ends, runtimes }
}

/** Of a filter that nothing passes. */
const never = { property: 'hop', operator: '<', value: 0 }
const hop = { type: 'function', config: { code: 'return { ...message, hop: message.hop + 1 }' } }

/** With a fan-out of two, each function is also wired to a filter that passes nothing on. */
function drawing({ fanOut }: HopCase): Flow {
  const hops = Array.from({ length: CHAIN.long }, (_, index) => `hop${index}`)
  const line = ['source', ...hops, 'end']
  const inLine = line.slice(1).map((id, index): [string, string] => [`${line[index]}.out`, `${id}.in`])
  const aside = fanOut === 2 ? hops.map((id): [string, string] => [`${id}.out`, 'nowhere.in']) : []
  const nodes: FlowNode[] = [
    { id: 'source', type: 'source', at: [0, 0], config: {} },
    ...hops.map((id): FlowNode => ({ ...hop, id, at: [0, 0] })),
    { id: 'nowhere', type: 'filter', at: [0, 0], config: { conditions: [never] } },
    { id: 'end', type: 'end', at: [0, 0], config: {} },
  ]
  return { ...emptyFlow('hops', 'Hops'), nodes, wires: [...inLine, ...aside] }
}
