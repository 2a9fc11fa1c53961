import { isDeepStrictEqual } from 'node:util'
import { makeCatalogue } from '#flows/catalogue.ts'
import type { Flow, FlowTest } from '#flows/flow.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import { type AnyConnectionRuntime, implementConnection } from '#kit/runtime/implement-connection.ts'
import type { AlarmService, News } from '#kit/runtime/outbox.ts'
import type { Services } from '#kit/runtime/services.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import type { AlarmDesk } from '#server/alarms/alarm-desk.ts'
import { Connections } from '#server/engine/connections.ts'
import { Engine } from '#server/engine/engine.ts'
import type { EngineObserver } from '#server/engine/observer.ts'
import { type AlarmRig, alarmRig } from './alarm-rig.ts'
import { fakeLinks } from './fake-links.ts'
import { fakeServices } from './fake-services.ts'
import { MemoryState } from './memory-state.ts'
import { settlePromises, VirtualClock } from './virtual-clock.ts'

export const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)

export interface FlowRigOptions {
  readonly services?: Partial<Services>
  /** Links by connection id, in place of the fake ones. */
  readonly links?: Readonly<Record<string, unknown>>
  readonly observer?: EngineObserver
}

/** A flow at work in virtual time, with all its services inside the test. */
export interface FlowRig extends AsyncDisposable {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly services: ReturnType<typeof fakeServices>
  /** The alarms of the house, in the same time. */
  readonly alarms: RealAlarms
  /** What passed each port, by `node.port`, in order. */
  readonly passed: ReadonlyMap<string, readonly Message[]>
  /** Why nodes did not settle the news that what they had posted was sent: the outbox would tell them again. */
  readonly unsettledNews: readonly unknown[]
  /** Sends to `node` (as a poke) or to `node.port`. Does not wait for the message to settle. */
  send(to: string, draft: Partial<MessageDraft>): Promise<void>
}

export async function flowRig(flow: Flow, options: FlowRigOptions = {}): Promise<FlowRig> {
  const clock = new VirtualClock()
  const alarms = realAlarms(flow.id, clock, (node, news) => engine.tell(flow.id, node, news))
  const services = { ...fakeServices(), alarms, ...options.services } as unknown as ReturnType<
    typeof fakeServices
  >
  const passed = new Map<string, Message[]>()
  const connections = new Connections({
    runtimes: connectionRuntimes.map((runtime) => faked(runtime, options.links ?? {})),
    settings: (id) => settingsOf(flow, id),
    clock,
    services,
    observer: {},
  })
  const engine = new Engine({
    nodes: nodeRuntimes,
    clock,
    services,
    state: new MemoryState(),
    links: connections,
    ...(options.observer && { observer: options.observer }),
  })
  engine.observe(flow.id, {
    portPassed(node, port, message) {
      const place = `${node}.${port}`
      const list = passed.get(place) ?? []
      passed.set(place, list)
      list.push(message)
    },
  })
  const unsettledNews: unknown[] = []
  // Everything that is posted is sent at once.
  const { outbox } = services
  outbox.onPost = (index) => {
    const { flow: id, node } = outbox.posts[index]?.from ?? { flow: '', node: '' }
    clock.after(0, () =>
      engine.tell(id, node, outbox.sent(index)).catch((error: unknown) => void unsettledNews.push(error)),
    )
  }
  await engine.deploy(flow)
  return {
    engine,
    clock,
    services,
    alarms,
    passed,
    unsettledNews,
    async send(to, draft) {
      const [node = '', port] = to.split('.')
      await engine.poke(flow.id, node, port, draft)
    },
    async [Symbol.asyncDispose]() {
      await alarms[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
      await connections[Symbol.asyncDispose]()
    },
  }
}

/** Runs the tests that a flow carries, each in a fresh rig. Answers what went otherwise than expected, in sentences. */
export async function runFlowTests(flow: Flow): Promise<readonly string[]> {
  const complaints: string[] = []
  for (const test of flow.tests)
    complaints.push(...(await runFlowTest(flow, test)).map((complaint) => `${test.name}: ${complaint}`))
  return complaints
}

/** Runs one test of a flow in a fresh rig. Answers what went otherwise than expected. */
export async function runFlowTest(flow: Flow, test: FlowTest): Promise<readonly string[]> {
  const failures: string[] = []
  const note = (text: string) => failures.push(text)
  await using rig = await flowRig(flow, {
    observer: {
      nodeFailed: (_flow, failure, isHandled) => !isHandled && note(`${failure.node}: ${failure.message}`),
    },
  })
  for (const { to, at, payload, topic } of test.send)
    rig.clock.after(at, () => {
      void rig.send(to, { payload, ...(topic !== undefined && { topic }) }).catch(() => {})
    })
  await rig.clock.advance(test.within)
  await settlePromises()
  for (const { at, payloads } of test.expect) {
    const place = at.includes('.') ? at : `${at}.in`
    const seen = (rig.passed.get(place) ?? []).map((message) => message.payload)
    // what a function made has the prototypes of its own context
    if (!isDeepStrictEqual(structuredClone(seen), payloads))
      note(`${place} should see ${JSON.stringify(payloads)}, and saw ${JSON.stringify(seen)}`)
  }
  return failures
}

interface RealAlarms extends AlarmService, AsyncDisposable {
  /** `undefined` while none was raised. */
  readonly desk: AlarmDesk | undefined
}

/** The alarms of the house themselves, opened when the flow asks for them: most have none. */
function realAlarms(
  flow: string,
  clock: VirtualClock,
  tell: (node: string, news: News) => Promise<void>,
): RealAlarms {
  let opened: AlarmRig | undefined
  const desk = () => {
    opened ??= Object.assign(alarmRig({ clock, flow }), {
      tell: (_flow: string, node: string, news: News) => tell(node, news),
    })
    return opened.desk
  }
  return {
    raise: (place, raise) => desk().raise(place, raise),
    acknowledge: (place, key, by) => desk().acknowledge(place, key, by),
    close: (place, key) => desk().close(place, key),
    get desk() {
      return opened?.desk
    },
    async [Symbol.asyncDispose]() {
      await opened?.[Symbol.asyncDispose]()
      opened = undefined
    },
  }
}

/** A connection type whose other end is in the test. */
function faked(
  runtime: AnyConnectionRuntime,
  links: Readonly<Record<string, unknown>>,
): AnyConnectionRuntime {
  const fake = fakeLinks[runtime.definition.type]
  return implementConnection(runtime.definition, runtime.shape, (context) => {
    if (context.id in links) return { link: links[context.id] }
    return fake ? { link: fake(context) } : runtime.open(context)
  })
}

/** A connection by its id: from the flow, or, so that an example needs none, of whatever type it names. */
function settingsOf(flow: Flow, id: string) {
  const stored = flow.connections.find((connection) => connection.id === id)
  return (
    stored && {
      type: stored.type,
      name: stored.name,
      config: { ...secretsFor(stored.type), ...stored.config },
    }
  )
}

/** Secrets that a flow file never carries, filled in so that its connections open. */
function secretsFor(type: string): Record<string, string> {
  const shape = catalogue.connections.get(type)?.config.shape ?? {}
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([, schema]) => (schema as { meta?: () => { secret?: boolean } | undefined }).meta?.()?.secret)
      .map(([field]) => [field, 'a-secret-for-tests']),
  )
}
