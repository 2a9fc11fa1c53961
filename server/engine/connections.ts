import type { ConfigSchema } from '#kit/field.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type {
  AnyConnectionRuntime,
  ConnectionServices,
  OpenConnection,
  Pairing,
} from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier } from '#kit/runtime/outbox.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'
import type { LinkDesk } from './link-desk.ts'
import { type OwnedClock, ownClock } from './node-clock.ts'
import type { NodeStatus } from './observer.ts'

/** A connection's settings, secrets in the clear. */
export interface ConnectionSettings {
  readonly type: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

export interface ConnectionObserver {
  connectionStatus?(connection: string, status: NodeStatus): void
  connectionLog?(connection: string, level: 'info' | 'warn' | 'error', text: string | Sentence): void
}

interface Surroundings {
  readonly runtimes: readonly AnyConnectionRuntime[]
  readonly settings: (id: string) => ConnectionSettings | undefined
  readonly clock: Clock
  readonly services: ConnectionServices
  readonly observer: ConnectionObserver
}

/** The shared connections: each opened by its first user, closed after its last. */
export class Connections implements LinkDesk, AsyncDisposable {
  readonly #around: Surroundings
  readonly #open = new Map<string, SharedConnection>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  use(id: string, user: object): unknown {
    let shared = this.#open.get(id)
    if (!shared) {
      shared = this.#openConnection(id)
      this.#open.set(id, shared)
    }
    shared.users.add(user)
    return shared.connection.link
  }

  /** Sends what the outbox has for one that is open; some send nothing. */
  carrierOf(id: string): Carrier | undefined {
    return this.#open.get(id)?.connection.carrier
  }

  /** The type of one that is open. */
  typeOf(id: string): string {
    return this.#open.get(id)?.type ?? ''
  }

  async release(user: object): Promise<void> {
    for (const [id, shared] of this.#open) {
      if (!shared.users.delete(user) || shared.users.size > 0) continue
      this.#open.delete(id)
      await shared.close()
    }
  }

  /** Opens a connection for one question, or asks the open one. */
  async discover(id: string): ReturnType<NonNullable<OpenConnection['discover']>> {
    const asker = {}
    this.use(id, asker)
    try {
      return (await this.#open.get(id)?.connection.discover?.()) ?? []
    } finally {
      await this.release(asker)
    }
  }

  /** Begins to wait for something new at the other end of one that is open; with some nothing can be paired. */
  async pair(id: string): Promise<Pairing | undefined> {
    return await this.#open.get(id)?.connection.pair?.()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(all.map((shared) => shared.close()))
  }

  #openConnection(id: string): SharedConnection {
    const { runtimes, settings, observer, ...rest } = this.#around
    const builtIn = runtimes.find((runtime) => runtime.definition.builtIn?.id === id)
    const stored = builtIn ? { type: builtIn.definition.type, name: id, config: {} } : settings(id)
    const runtime = runtimes.find((candidate) => candidate.definition.type === stored?.type)
    if (!stored || !runtime)
      throw new NodeError(
        'CONNECTION_MISSING',
        `The connection "${id}" does not stand here. Choose another, or make it.`,
        { values: { connection: id } },
      )
    const config = (runtime.definition.config as ConfigSchema).safeParse(stored.config)
    if (!config.success) {
      const issue = config.error.issues[0]
      throw new NodeError(
        'CONNECTION_INVALID',
        `The connection "${stored.name || id}" is not complete: ${issue?.path.join('.')}: ${issue?.message}. Open it and fill in what is missing.`,
      )
    }
    return new SharedConnection(id, runtime, config.data, { ...rest, observer })
  }
}

class SharedConnection {
  readonly users = new Set<object>()
  readonly type: string
  readonly connection: OpenConnection
  readonly #owned: (Disposable | AsyncDisposable)[] = []
  readonly #stop = new AbortController()
  readonly #clock: OwnedClock

  constructor(
    id: string,
    runtime: AnyConnectionRuntime,
    config: Record<string, unknown>,
    { clock, services, observer }: Pick<Surroundings, 'clock' | 'services' | 'observer'>,
  ) {
    this.type = runtime.definition.type
    this.#clock = ownClock(clock, {
      onError: (error) => observer.connectionLog?.(id, 'error', String(error)),
    })
    this.connection = runtime.open({
      id,
      config,
      services,
      clock: this.#clock,
      signal: this.#stop.signal,
      status: (state, text) =>
        observer.connectionStatus?.(id, { state, at: clock.now(), ...(text !== undefined && spoken(text)) }),
      log: (level, text) => observer.connectionLog?.(id, level, text),
      own: (resource) => {
        this.#owned.push(resource)
        return resource
      },
    })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    for (const resource of this.#owned.splice(0).reverse()) {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]()
      else resource[Symbol.dispose]()
    }
    this.#clock[Symbol.dispose]()
  }
}
