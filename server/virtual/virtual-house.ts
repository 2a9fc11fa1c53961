import type { Catalogue } from '#flows/catalogue.ts'
import { expandSubflows } from '#flows/expand-subflows.ts'
import type { Flow } from '#flows/flow.ts'
import { type AnyConnectionRuntime, implementConnection } from '#kit/runtime/implement-connection.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'
import type { AlarmService, News } from '#kit/runtime/outbox.ts'
import type { Services } from '#kit/runtime/services.ts'
import { AlarmDesk } from '#server/alarms/alarm-desk.ts'
import { Connections } from '#server/engine/connections.ts'
import { Engine } from '#server/engine/engine.ts'
import type { EngineObserver, FlowObserver } from '#server/engine/observer.ts'
import type { Watch } from '#server/engine/watch.ts'
import { Alarms } from '#server/store/alarms.ts'
import { fakeLinks } from './fake-links.ts'
import { fakeServices } from './fake-services.ts'
import { memoryAccess } from './memory-access.ts'
import { MemoryState } from './memory-state.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface VirtualHouseOptions {
  readonly catalogue: Catalogue
  readonly nodes: readonly AnyNodeRuntime[]
  readonly connections: readonly AnyConnectionRuntime[]
  readonly services?: Partial<Services>
  /** Links by connection id, in place of the stand-ins. */
  readonly links?: Readonly<Record<string, unknown>>
  readonly observer?: EngineObserver
  readonly flowObserver?: FlowObserver
  readonly watch?: Watch
  /** Whether the functions of the flow run without a sandbox, where the given code service has one. */
  readonly isTrusted?: boolean
}

/** A flow at work in virtual time: everything around it is inside, and nothing leaves it. */
export interface VirtualHouse extends AsyncDisposable {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly services: ReturnType<typeof fakeServices>
  /** The alarms of the house, in the same time. */
  readonly alarms: VirtualAlarms
  /** Why nodes did not settle the news that what they had posted was sent: the outbox would tell them again. */
  readonly unsettledNews: readonly unknown[]
}

/** Starts a flow. Throws a `DeployError` if it cannot start. */
export async function openVirtualHouse(flow: Flow, options: VirtualHouseOptions): Promise<VirtualHouse> {
  const clock = new VirtualClock()
  const alarms = virtualAlarms(flow.id, clock, (node, news) => engine.tell(flow.id, node, news))
  const services = { ...fakeServices(), alarms, ...options.services } as unknown as ReturnType<
    typeof fakeServices
  >
  const connections = new Connections({
    runtimes: options.connections.map((runtime) => standIn(runtime, options.links ?? {})),
    settings: (id) => settingsOf(flow, id, options.catalogue),
    clock,
    services,
    observer: {},
  })
  const engine = new Engine({
    nodes: options.nodes,
    clock,
    services,
    state: new MemoryState(),
    links: connections,
    ...(options.observer && { observer: options.observer }),
    ...(options.watch && { watch: options.watch }),
  })
  engine.observe(flow.id, options.flowObserver)
  const unsettledNews: unknown[] = []
  // Everything that is posted is sent at once.
  const { outbox } = services
  outbox.onPost = (index) => {
    const { flow: id, node } = outbox.posts[index]?.from ?? { flow: '', node: '' }
    clock.after(0, () =>
      engine.tell(id, node, outbox.sent(index)).catch((error: unknown) => void unsettledNews.push(error)),
    )
  }
  const close = async (): Promise<void> => {
    await alarms[Symbol.asyncDispose]()
    await engine[Symbol.asyncDispose]()
    await connections[Symbol.asyncDispose]()
  }
  try {
    await engine.deploy(expandSubflows(flow, options.catalogue), { isTrusted: options.isTrusted ?? false })
  } catch (error) {
    await close()
    throw error
  }
  return { engine, clock, services, alarms, unsettledNews, [Symbol.asyncDispose]: close }
}

export interface VirtualAlarms extends AlarmService, AsyncDisposable {
  /** `undefined` while none was raised. */
  readonly desk: AlarmDesk | undefined
}

/** The alarms of the house themselves, with a database in memory, opened when the flow asks for them: most have none. */
function virtualAlarms(
  flow: string,
  clock: VirtualClock,
  tell: (node: string, news: News) => Promise<void>,
): VirtualAlarms {
  let opened: { readonly desk: AlarmDesk; readonly access: Disposable } | undefined
  const desk = () => {
    opened ??= openAlarms(flow, clock, tell)
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
      await opened?.desk[Symbol.asyncDispose]()
      opened?.access[Symbol.dispose]()
      opened = undefined
    },
  }
}

function openAlarms(flow: string, clock: VirtualClock, tell: (node: string, news: News) => Promise<void>) {
  const access = memoryAccess('wirehouse')
  void access.write({
    sql: "INSERT INTO flows VALUES (?, ?, '', '', '', 1, 0, 1, NULL, '{}')",
    params: [flow, flow],
  })
  const desk = new AlarmDesk({
    store: new Alarms(access),
    clock,
    tell: (_flow, node, news) => tell(node, news),
    onChange: () => {},
    warn: () => {},
  })
  desk.start()
  return { desk, access }
}

/** A connection type whose other end is inside as well. */
function standIn(
  runtime: AnyConnectionRuntime,
  links: Readonly<Record<string, unknown>>,
): AnyConnectionRuntime {
  const fake = fakeLinks[runtime.definition.type]
  return implementConnection(runtime.definition, runtime.shape, (context) => {
    if (context.id in links) return { link: links[context.id] }
    return fake ? { link: fake(context) } : runtime.open(context)
  })
}

/** A connection by its id, with secrets filled in: a flow never has them. */
function settingsOf(flow: Flow, id: string, catalogue: Catalogue) {
  const stored = flow.connections.find((connection) => connection.id === id)
  return (
    stored && {
      type: stored.type,
      name: stored.name,
      config: { ...secretsFor(stored.type, catalogue), ...stored.config },
    }
  )
}

function secretsFor(type: string, catalogue: Catalogue): Record<string, string> {
  const shape = catalogue.connections.get(type)?.config.shape ?? {}
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([, schema]) => (schema as { meta?: () => { secret?: boolean } | undefined }).meta?.()?.secret)
      .map(([field]) => [field, 'a-secret-for-tests']),
  )
}
