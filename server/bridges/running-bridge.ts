import type { IConnackPacket } from 'mqtt-packet'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { comesIn, goesOut, localFilter, remoteFilter, type TopicMap } from '#kit/topic-map.ts'
import { explain } from '#nodes/connections/mqtt/explain.ts'
import { type BridgeDoor, bridgeClientId } from '#server/broker/bridge-door.ts'
import type { Bridge } from './bridge.ts'
import { type Dialect, Leg, LegClosed } from './leg.ts'
import { Echoes, type Passages } from './passages.ts'
import { type Carried, Relay } from './relay.ts'
import { dialectsFor, openStream, type RemoteConfig, refusalIn, refusals } from './remote.ts'
import {
  breaksAt,
  brokeOff,
  circling,
  connectionGone,
  filtersRefused,
  localTrouble,
  messageRefused,
} from './sentences.ts'

export interface BridgeSurroundings {
  readonly door: BridgeDoor
  readonly clock: Clock
  /** The connection's settings, secrets in the clear. */
  readonly remote: (connection: string) => RemoteConfig | undefined
  /** Names this house among others, for ever. */
  readonly house: string
  readonly passages: Passages
  /** What this house takes at most. */
  readonly packetBytes: number
  /** Between 0 and 1. */
  readonly random: () => number
  /** Says in the house whether a bridge stands. */
  readonly publishState: (name: string, isUp: boolean) => void
  /** The other broker has a session of it from now on. */
  readonly onBegun: (id: string) => Promise<void>
  readonly log: (level: 'info' | 'warn', text: string) => void
}

export type Phase = 'connecting' | 'connected' | 'waiting' | 'refused'

export interface BridgeState extends Carried {
  readonly phase: Phase
  /** Since when it is in this phase. */
  readonly since: number
  /** When it is tried again, while it waits. */
  readonly nextAt?: number
  /** Of MQTT, while it is connected. */
  readonly version?: '5' | '3.1.1'
  readonly problem?: Sentence
  readonly waiting: { readonly messages: number; readonly bytes: number; readonly since?: number }
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** A refusal does not go away by itself. */
const AFTER_REFUSAL_MS = 60_000
const LONGEST_AFTER_REFUSAL_MS = 600_000
/** A connection that has stood for so long was a good one. */
const GOOD_AFTER_MS = 10_000
/** Mosquitto takes so many at once and loses the rest, without a word. */
const WINDOW = 20
/** What the other broker may send before the house has taken it. */
const RECEIVE_MAXIMUM = 50
const FOR_EVER_S = 0xffff_ffff
/** So often a connection ends over the same message before a person is told. */
const BREAKS = 3

const localDialect: Dialect = { version: 5, isBridge: false }

/** One bridge while it is switched on: comes back by itself, and meanwhile the house's broker keeps what is to cross. */
export class RunningBridge {
  readonly #bridge: Bridge
  readonly #around: BridgeSurroundings
  readonly #clientId: string
  readonly #carried: Carried = { sent: 0, received: 0, dropped: 0, refused: 0, returned: 0 }
  readonly #echoes: Echoes
  readonly #done: Promise<void>
  readonly #abort = new AbortController()
  #isStopping = false
  #isNew: boolean
  #dialect = 0
  #hasWorked = false
  #failures = 0
  #breaks: { topic: string; count: number } | undefined
  #phase: Phase = 'connecting'
  #since: number
  #nextAt: number | undefined
  #problem: Sentence | undefined
  #waitingSince: number | undefined
  #timer: Timer | undefined
  #legs: Connected | undefined

  constructor(bridge: Bridge, around: BridgeSurroundings) {
    this.#bridge = bridge
    this.#around = around
    this.#clientId = bridgeClientId(bridge.id)
    this.#isNew = bridge.isNew
    this.#echoes = new Echoes(around.clock)
    this.#since = around.clock.now()
    this.#done = this.#run()
  }

  state(): BridgeState {
    const { messages, bytes, dropped } = this.#around.door.backlog(this.#clientId)
    if (messages === 0) this.#waitingSince = undefined
    else this.#waitingSince ??= this.#around.clock.now()
    const since = this.#waitingSince
    return {
      ...this.#carried,
      dropped: this.#carried.dropped + dropped,
      phase: this.#phase,
      since: this.#since,
      ...(this.#nextAt !== undefined && { nextAt: this.#nextAt }),
      ...(this.#legs && { version: this.#legs.remote.dialect.version === 5 ? '5' : '3.1.1' }),
      ...(this.#problem && { problem: this.#problem }),
      waiting: { messages, bytes, ...(since !== undefined && { since }) },
    }
  }

  /** Leaves; the sessions on both sides stay, unless the bridge is not to come back. */
  async stop({ forGood = false } = {}): Promise<void> {
    this.#isStopping = true
    this.#timer?.cancel()
    if (this.#legs !== undefined) await this.#leave(this.#legs, forGood)
    this.#abort.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    this.#around.publishState(this.#bridge.name, false)
    while (!this.#isStopping) {
      const openedAt = this.#around.clock.now()
      const before = this.#carried.sent + this.#carried.received
      this.#enter('connecting')
      const trouble = await this.#connectAndCarry()
      if (this.#isStopping) return
      const hasCarried = this.#carried.sent + this.#carried.received > before
      if (hasCarried || this.#around.clock.now() - openedAt > GOOD_AFTER_MS) this.#failures = 0
      await this.#pause(trouble)
    }
  }

  async #pause({ problem, isRefusal = false, atOnce = false }: Trouble): Promise<void> {
    if (problem.message !== this.#problem?.message)
      this.#around.log('warn', `Bridge "${this.#bridge.name}": ${problem.message}`)
    this.#problem = problem
    if (atOnce) return
    const [first, longest] = isRefusal
      ? [AFTER_REFUSAL_MS, LONGEST_AFTER_REFUSAL_MS]
      : [FIRST_WAIT_MS, LONGEST_WAIT_MS]
    const planned = Math.min(longest, first * 2 ** Math.min(this.#failures++, 10))
    const waitMs = planned * (0.8 + 0.4 * this.#around.random())
    this.#enter(isRefusal ? 'refused' : 'waiting')
    this.#nextAt = this.#around.clock.now() + waitMs
    this.#timer = this.#around.clock.after(waitMs, () => {})
    await this.#timer.done
    this.#nextAt = undefined
  }

  #enter(phase: Phase): void {
    if (phase === this.#phase) return
    this.#phase = phase
    this.#since = this.#around.clock.now()
  }

  /** Resolves when that is over, with why. */
  async #connectAndCarry(): Promise<Trouble> {
    let config: RemoteConfig | undefined
    try {
      await this.#collect()
      config = this.#around.remote(this.#bridge.connection)
      if (config === undefined) return { problem: connectionGone, isRefusal: true }
      return await this.#carry(await this.#connectRemote(config), config)
    } catch (error) {
      return this.#explain(error, config)
    }
  }

  #explain(error: unknown, config: RemoteConfig | undefined): Trouble {
    if (error instanceof Refused) return this.#explainRefusal(error, config)
    if (error instanceof NodeError) return { problem: sentenceOf(error), isRefusal: true }
    const cause = error instanceof LegClosed ? error.cause : error
    if (error instanceof LegClosed && !this.#hasWorked && this.#tryNextDialect())
      return { problem: brokeOff(config?.host ?? '', 'no answer to CONNECT'), atOnce: true }
    const { host = '', port = 0 } = config ?? {}
    return { problem: explain(cause instanceof Error ? cause : (error as Error), host, port) }
  }

  #explainRefusal({ code }: Refused, config: RemoteConfig | undefined): Trouble {
    const { host = '', port = 0 } = config ?? {}
    const problem = explain(Object.assign(new Error(`it answered ${code}`), { code }), host, port)
    if (code === refusals.version && this.#tryNextDialect()) return { problem, atOnce: true }
    return { problem, isRefusal: code !== refusals.unavailable }
  }

  /** Answers `false` when all have been tried; then it begins anew with the first. */
  #tryNextDialect(): boolean {
    const config = this.#around.remote(this.#bridge.connection)
    const count = config === undefined ? 1 : dialectsFor(config).length
    this.#dialect = (this.#dialect + 1) % count
    return this.#dialect !== 0
  }

  /** Has the house's broker keep what is to leave, from now on and before the other broker is there. */
  async #collect(): Promise<void> {
    const wanted = new Set(this.#outgoing().map(({ topic }) => topic))
    const known = this.#around.door.filters(this.#clientId)
    if (known.length === wanted.size && known.every((filter) => wanted.has(filter))) return
    const local = await this.#connectLocal()
    await this.#subscribeLocal(local)
    await local.close()
  }

  async #connectLocal(): Promise<Leg> {
    const { door, clock, packetBytes } = this.#around
    const local = new Leg(door.connect(this.#clientId), { dialect: localDialect, packetBytes, clock })
    const connack = await local.connect({
      clientId: this.#clientId,
      clean: false,
      properties: { sessionExpiryInterval: FOR_EVER_S },
    })
    const refused = refusalIn(connack)
    if (refused !== 0) throw new Error(`the house refused it (${refused})`)
    return local
  }

  async #subscribeLocal(local: Leg): Promise<void> {
    const wanted = this.#outgoing()
    const stale = this.#around.door
      .filters(this.#clientId)
      .filter((filter) => !wanted.some(({ topic }) => topic === filter))
    await local.unsubscribe(stale)
    await local.subscribe(wanted)
  }

  #outgoing() {
    return subscriptionsOf(this.#bridge.maps.filter(goesOut), localFilter)
  }

  #incoming() {
    return subscriptionsOf(this.#bridge.maps.filter(comesIn), remoteFilter)
  }

  async #connectRemote(config: RemoteConfig): Promise<Remote> {
    const dialects = dialectsFor(config)
    const dialect = dialects[this.#dialect % dialects.length] ?? localDialect
    // an old session is ended by itself: 3.1.1 cannot end one and begin another, and Mosquitto does not write down what begins so
    if (this.#isNew) await (await this.#signIn(config, dialect, true)).leg.close({ endSession: true })
    const remote = await this.#signIn(config, dialect, false)
    this.#hasWorked = true
    if (this.#isNew) await this.#around.onBegun(this.#bridge.id)
    this.#isNew = false
    return remote
  }

  async #signIn(config: RemoteConfig, dialect: Dialect, clean: boolean): Promise<Remote> {
    const { clock, packetBytes, house } = this.#around
    const { statusTopic, id, clientId } = this.#bridge
    const stream = await openStream(config, clock, this.#abort.signal)
    const leg = new Leg(stream, { dialect, packetBytes, clock })
    const connack = await leg.connect({
      clientId: clientId || `wirehouse-${house.slice(0, 8)}-${id}`,
      clean,
      ...(config.user !== '' && { username: config.user, password: Buffer.from(config.password) }),
      ...(statusTopic !== '' && { will: { topic: statusTopic, payload: '0', qos: 1, retain: true } }),
      ...(dialect.version === 5 && {
        properties: {
          sessionExpiryInterval: FOR_EVER_S,
          receiveMaximum: RECEIVE_MAXIMUM,
          maximumPacketSize: packetBytes,
        },
      }),
    })
    const code = refusalIn(connack)
    if (code === 0) return { leg, connack }
    leg.destroy()
    throw new Refused(code)
  }

  async #carry({ leg: remote, connack }: Remote, { host }: RemoteConfig): Promise<Trouble> {
    const { door, house, passages, packetBytes, publishState } = this.#around
    const { name, maps, statusTopic } = this.#bridge
    if (!connack.sessionPresent) await door.begin(this.#clientId)
    const local = await this.#connectLocal().catch((error: unknown) => {
      remote.destroy()
      throw error
    })
    const {
      receiveMaximum = WINDOW,
      maximumPacketSize = Number.POSITIVE_INFINITY,
      maximumQoS = 2,
    } = connack.properties ?? {}
    const relay = new Relay({
      ...{
        local,
        remote,
        maps,
        house,
        passages,
        carried: this.#carried,
        localBytes: packetBytes,
      },
      window: Math.min(WINDOW, receiveMaximum),
      remoteBytes: maximumPacketSize,
      maxQoS: maximumQoS as 0 | 1 | 2,
      echoes: sendsBack(remote.dialect) ? this.#echoes : undefined,
      onRefused: (topic) => this.#note(messageRefused(host, topic)),
      onCircle: (topic) => this.#note(circling(topic)),
    })
    this.#legs = { local, remote }
    const ended = Promise.race([
      local.ended.then((error) => localTrouble(error?.message ?? 'closed')),
      remote.ended.then((error) => brokeOff(host, error?.message ?? 'closed')),
    ])
    relay.start()
    const carriedBefore = this.#carried.sent
    try {
      const refused = await remote.subscribe(this.#incoming())
      await this.#subscribeLocal(local)
      if (statusTopic !== '') remote.send(statusOf(statusTopic, '1'))
      this.#problem = undefined
      if (refused.length > 0) this.#note(filtersRefused(host, refused))
      this.#enter('connected')
      publishState(name, true)
      this.#around.log('info', `Bridge "${name}": connected to ${host}`)
    } catch (error) {
      if (!(error instanceof LegClosed)) throw error
    }
    const problem = await ended
    const at = relay.oldestUnderWay
    this.#legs = undefined
    local.destroy()
    remote.destroy()
    publishState(name, false)
    return { problem: this.#brokeAt(at, this.#carried.sent > carriedBefore, host) ?? problem }
  }

  /** Answers a sentence when connections end over one message again and again. */
  #brokeAt(topic: string | undefined, hasCarried: boolean, host: string): Sentence | undefined {
    if (topic === undefined || hasCarried) this.#breaks = undefined
    else if (this.#breaks?.topic === topic) this.#breaks.count++
    else this.#breaks = { topic, count: 1 }
    return topic !== undefined && (this.#breaks?.count ?? 0) >= BREAKS ? breaksAt(host, topic) : undefined
  }

  /** Something is amiss, while it carries on. */
  #note(problem: Sentence): void {
    if (problem.message === this.#problem?.message) return
    this.#problem = problem
    this.#around.log('warn', `Bridge "${this.#bridge.name}": ${problem.message}`)
  }

  async #leave({ local, remote }: Connected, forGood: boolean): Promise<void> {
    const { statusTopic } = this.#bridge
    if (statusTopic !== '') remote.send(statusOf(statusTopic, '0'))
    await Promise.all([remote.close({ endSession: forGood }), local.close()])
  }
}

interface Connected {
  readonly local: Leg
  readonly remote: Leg
}

interface Remote {
  readonly leg: Leg
  readonly connack: IConnackPacket
}

interface Trouble {
  readonly problem: Sentence
  /** It takes a person to mend it. */
  readonly isRefusal?: boolean
  /** There is another way to try. */
  readonly atOnce?: boolean
}

/** The other broker has answered CONNECT with no. */
class Refused extends Error {
  readonly code: number

  constructor(code: number) {
    super(`refused with ${code}`)
    this.code = code
  }
}

/** MQTT 5 has `no local`, and brokers that know the bridge bit do the same for it. */
const sendsBack = ({ version, isBridge }: Dialect): boolean => version === 4 && !isBridge

/** Each filter once, with the highest QoS of its maps. */
function subscriptionsOf(maps: readonly TopicMap[], filterOf: (map: TopicMap) => string) {
  const wanted = new Map<string, 0 | 1 | 2>()
  for (const map of maps) {
    const filter = filterOf(map)
    wanted.set(filter, Math.max(map.qos, wanted.get(filter) ?? 0) as 0 | 1 | 2)
  }
  return [...wanted].map(([topic, qos]) => ({ topic, qos }))
}

const statusOf = (topic: string, payload: string) =>
  ({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false }) as const
