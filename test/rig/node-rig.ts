import { outputsOf } from '#kit/define-node.ts'
import type { ConfigSchema } from '#kit/field.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import type { AnyNodeRuntime, Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Services } from '#kit/runtime/services.ts'
import { spoken } from '#kit/sentence.ts'
import type { NodeStatus } from '#server/engine/observer.ts'
import { RunningNode } from '#server/engine/running-node.ts'
import { KeptState, type StateStore } from '#server/engine/state.ts'
import { fakeServices } from './fake-services.ts'
import { MemoryState } from './memory-state.ts'
import { settlePromises, VirtualClock } from './virtual-clock.ts'

export interface NodeRigOptions {
  readonly config?: Record<string, unknown>
  readonly services?: Partial<Services>
  /** Links by connection id. */
  readonly links?: Readonly<Record<string, unknown>>
  /** What the node's state holds at the start. */
  readonly state?: Readonly<Record<string, unknown>>
  /** Where that lasts, in place of the rig's memory. */
  readonly store?: StateStore
  /** What stands behind the outputs; takes everything by default. */
  readonly downstream?: (port: string, message: Message) => Settlement
  /** Give it to see messages of failed inputs at `error` rather than as a rejection. */
  readonly wireErrorPort?: boolean
  readonly clock?: VirtualClock
}

/** One node at work in virtual time, run by the engine's own code. */
export interface NodeRig {
  readonly clock: VirtualClock
  readonly node: RunningNode
  readonly sent: readonly { readonly port: string; readonly message: Message }[]
  /** Payloads that left by `out`. */
  readonly out: readonly unknown[]
  readonly statuses: readonly NodeStatus[]
  readonly shown: readonly Message[]
  readonly logs: readonly { readonly level: string; readonly text: string }[]
  readonly failures: readonly { readonly code: string; readonly message: string }[]
  readonly state: Readonly<Record<string, unknown>>
  payloads(port: string): readonly unknown[]
  /** Sends into an input; settles as the node acknowledges. Do not await it where the node holds messages back. */
  send(port: string, draft: Partial<MessageDraft>): Promise<void>
  poke(draft?: Partial<MessageDraft>): Promise<void>
  tell(news: News): Promise<void>
  stop(): Promise<void>
}

export async function nodeRig(runtime: AnyNodeRuntime, options: NodeRigOptions = {}): Promise<NodeRig> {
  const clock = options.clock ?? new VirtualClock()
  const config = (runtime.definition.config as ConfigSchema).parse(options.config ?? {})
  const store = options.store ?? new MemoryState({ 'flow/node': options.state ?? {} })
  const state = new KeptState(store, 'flow', 'node')
  const sent: { port: string; message: Message }[] = []
  const statuses: NodeStatus[] = []
  const shown: Message[] = []
  const logs: { level: string; text: string }[] = []
  const failures: { code: string; message: string }[] = []

  const node = await RunningNode.create(
    runtime,
    { id: 'node', name: 'Node', config, env: {}, state },
    {
      flow: 'flow',
      clock,
      services: { ...fakeServices(), ...options.services },
      observer: {
        nodeStatus: (_flow, _node, { state, text, at }) =>
          statuses.push({ state, ...(text !== undefined && { text }), at }),
        nodeShown: (_flow, _node, message) => shown.push(message),
        nodeLog: (_flow, _node, level, text) => logs.push({ level, text: spoken(text).text }),
        nodeFailed: (_flow, failure) => failures.push(failure),
      },
      links: {
        use: (id) => {
          if (options.links && id in options.links) return options.links[id]
          throw new NodeError('CONNECTION_MISSING', `The rig has no link "${id}".`)
        },
        release: async () => {},
      },
      counts: { messages: 0, failures: 0 },
      handlersOf: () => undefined,
    },
  )
  const ports = Object.keys(outputsOf(runtime.definition, config)).filter(
    (port) => port !== ERROR_PORT || options.wireErrorPort,
  )
  const receive = (port: string) => (message: Message) => {
    sent.push({ port, message })
    return options.downstream?.(port, message)
  }
  node.wire({ targets: new Map(ports.map((port) => [port, [receive(port)]])), hasQueue: true })
  await node.start()

  const payloads = (port: string) => sent.filter((s) => s.port === port).map((s) => s.message.payload)
  return {
    clock,
    node,
    sent,
    statuses,
    shown,
    logs,
    failures,
    payloads,
    get out() {
      return payloads('out')
    },
    get state() {
      return state.entries()
    },
    send: (port, draft) => node.poke(port, draft),
    poke: (draft = {}) => node.poke(undefined, draft),
    tell: (news) => node.tell(news),
    async stop() {
      await node[Symbol.asyncDispose]()
      await settlePromises()
    },
  }
}
