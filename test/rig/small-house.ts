import * as z from 'zod'
import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { defineNode, type NodeDefinition } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import { type AnyNodeRuntime, type Handler, implementNode } from '#kit/runtime/implement-node.ts'
import { Engine, type EngineOptions } from '#server/engine/engine.ts'
import { fakeServices } from './fake-services.ts'
import { MemoryState } from './memory-state.ts'
import { VirtualClock } from './virtual-clock.ts'

type Flags = Pick<NodeDefinition, 'writesMessages' | 'makesMessages'>

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const [config, any] = [z.object({}), port.any()]

/** A node type of one input and one output that does this with each message. */
export const nodeType = (
  type: string,
  handle: (message: Message, emit: Handler, clock: VirtualClock['after']) => ReturnType<Handler>,
  flags: Flags = {},
): AnyNodeRuntime =>
  implementNode(
    defineNode({ ...common, ...flags, type, config, inputs: { in: any }, outputs: { out: any } }),
    ({ emit, clock }) => ({
      in: (message) =>
        handle(
          message,
          (sent) => emit('out', sent),
          (ms, call) => clock.after(ms, call),
        ),
    }),
  )

/** A source whose messages the test sends, and which answers how each settles. */
export function source(flags: Flags = {}) {
  let emitter: Handler = () => {}
  const runtime = implementNode(
    defineNode({ ...common, ...flags, type: 'source', config, inputs: {}, outputs: { out: any } }),
    ({ emit }) => {
      emitter = (message) => emit('out', message)
      return {}
    },
  )
  return { runtime, send: (message: Message) => emitter(message) }
}

/** An engine with these node types in virtual time. */
export function smallHouse(nodes: readonly AnyNodeRuntime[], options: Partial<EngineOptions> = {}) {
  const clock = new VirtualClock()
  const links = { use: (id: string) => Promise.reject(new Error(id)), release: async () => {} }
  const engine = new Engine({
    nodes,
    clock,
    services: fakeServices(),
    state: new MemoryState(),
    links,
    ...options,
  })
  return { clock, engine }
}

export const flowNode = (id: string, type: string, config: Record<string, unknown> = {}): FlowNode => ({
  id,
  type,
  at: [0, 0],
  config,
})

/** A flow whose wires are written `a.out b.in`, or `a b` for short. */
export const drawing = (nodes: readonly FlowNode[], ...wires: readonly string[]): Flow => ({
  ...emptyFlow('f', 'F'),
  nodes: [...nodes],
  wires: wires.map((wire) => {
    const [from = '', to = ''] = wire.split(' ')
    return [from.includes('.') ? from : `${from}.out`, to.includes('.') ? to : `${to}.in`]
  }),
})
