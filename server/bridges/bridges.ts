import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Clock } from '#kit/runtime/clock.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { type BridgeDoor, bridgeClientId } from '#server/broker/bridge-door.ts'
import type { ConnectionSettings } from '../engine/connections.ts'
import type { BridgeStore, HouseSettings } from '../store/store.ts'
import { Turns } from '../turns.ts'
import { UserError } from '../user-error.ts'
import { type Bridge, type BridgeBody, checkBridge, storedBridge } from './bridge.ts'
import { Passages } from './passages.ts'
import type { RemoteConfig } from './remote.ts'
import { type BridgeState, type BridgeSurroundings, RunningBridge } from './running-bridge.ts'
import { type Tried, tryBridge } from './try-bridge.ts'

export interface BridgesOptions {
  readonly store: BridgeStore
  readonly settings: HouseSettings
  readonly door: BridgeDoor
  /** With its secrets in the clear. */
  readonly connection: (id: string) => ConnectionSettings | undefined
  readonly publishState: (name: string, isUp: boolean) => Promise<void>
  readonly packetBytes: number
  readonly clock: Clock
  readonly log: (level: 'info' | 'warn', text: string) => void
  /** Something that people look at is different now; of how bridges do, this is told once a second at most. */
  readonly onChange: () => void
}

/** A bridge with how it does; without a state it is switched off. */
export interface ShownBridge extends Omit<Bridge, 'isNew'> {
  readonly state?: BridgeState
}

const LOOK_EVERY_MS = 1_000

/** The bridges of the house to other brokers. */
export class Bridges implements AsyncDisposable {
  readonly #options: BridgesOptions
  readonly #around: BridgeSurroundings
  readonly #running = new Map<string, { readonly bridge: RunningBridge; readonly remote: string }>()
  readonly #turns = new Turns()
  readonly #looks: { cancel(): void }
  #shown = ''

  constructor(options: BridgesOptions) {
    const { clock, door, packetBytes, log } = options
    this.#options = options
    this.#around = {
      ...{ clock, door, packetBytes, log },
      publishState: (name, isUp) => {
        options.publishState(name, isUp).catch((error: unknown) => log('warn', `Bridge "${name}": ${error}`))
      },
      house: this.#houseName(),
      passages: new Passages(clock),
      remote: (connection) => this.#remote(connection),
      random: () => randomBytes(1).readUInt8() / 256,
      onBegun: (id) => this.#begun(id),
    }
    this.#looks = clock.every(LOOK_EVERY_MS, () => this.#lookAtStates())
  }

  start(): void {
    for (const bridge of this.#stored()) this.#run(bridge)
  }

  list(): readonly ShownBridge[] {
    return this.#stored().map(({ isNew: _, ...bridge }) => {
      const state = this.#running.get(bridge.id)?.bridge.state()
      return { ...bridge, ...(state && { state }) }
    })
  }

  async add(body: BridgeBody): Promise<ShownBridge> {
    const id = randomUUID().slice(0, 8)
    await this.#turns.take(id, () => this.#save({ ...body, id, isNew: true }))
    return this.#shownById(id)
  }

  /** Sessions stay where they still fit: what waits for the same broker goes there. */
  change(id: string, body: BridgeBody): Promise<ShownBridge> {
    return this.#turns.take(id, async () => {
      const before = this.#find(id)
      const isElsewhere = before.connection !== body.connection || before.clientId !== body.clientId
      const ends = isElsewhere || !body.enabled
      this.#check(body, id)
      await this.#stop(id, { forGood: ends })
      await this.#save({ ...body, id, isNew: ends || before.isNew })
      return this.#shownById(id)
    })
  }

  remove(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      this.#find(id)
      await this.#stop(id, { forGood: true })
      await this.#options.store.remove(id)
      this.#options.onChange()
    })
  }

  /** As somebody has set it up, for `restore`. It holds no secret: those are its connection's. */
  kept(id: string): BridgeBody | undefined {
    const stored = this.#stored().find((one) => one.id === id)
    if (stored === undefined) return undefined
    const { id: _, isNew: __, ...body } = stored
    return body
  }

  /** Makes it as it was, under its id; without a body it goes. What had waited for the other broker stays gone. */
  async restore(id: string, body: BridgeBody | undefined): Promise<void> {
    if (body === undefined) await this.remove(id)
    else if (this.kept(id) !== undefined) await this.change(id, body)
    else await this.#turns.take(id, () => this.#save({ ...body, id, isNew: true }))
  }

  /** Throws away what waits for the other broker. */
  discard(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      const bridge = this.#find(id)
      await this.#stop(id, { forGood: true })
      await this.#save({ ...bridge, isNew: true })
    })
  }

  /** Tries whether the other broker can be reached, lets us in, and lets us read what is to come in. */
  async try(body: BridgeBody): Promise<Tried> {
    checkBridge(body)
    const remote = this.#remote(body.connection)
    if (remote === undefined) throw connectionUnknown()
    return await tryBridge(body, remote, this.#options.clock)
  }

  /** Connections have been saved or removed: bridges over one that is another now begin anew. */
  connectionsChanged(): void {
    for (const bridge of this.#stored()) {
      const running = this.#running.get(bridge.id)
      if (running === undefined || running.remote === this.#fingerprint(bridge.connection)) continue
      this.#turns
        .take(bridge.id, () => this.#restart(bridge.id))
        .catch((error: unknown) => this.#options.log('warn', `Bridge "${bridge.name}": ${error}`))
    }
  }

  async #restart(id: string): Promise<void> {
    await this.#stop(id)
    const bridge = this.#stored().find((one) => one.id === id)
    if (bridge !== undefined) this.#run(bridge)
  }

  /** 409 `CONNECTION_IN_USE` if a bridge leads over this connection. */
  refuseIfUsed(connection: string): void {
    const names = this.#stored().flatMap((bridge) => (bridge.connection === connection ? bridge.name : []))
    if (names.length > 0)
      throw new UserError(
        409,
        'CONNECTION_OF_BRIDGE',
        `The connection is used by the bridge ${names.join(', ')}. Change or delete that first.`,
        { values: { bridges: names.join(', ') } },
      )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#looks.cancel()
    await Promise.all([...this.#running.keys()].map((id) => this.#turns.take(id, () => this.#stop(id))))
  }

  async #save(bridge: Bridge): Promise<void> {
    this.#check(bridge, bridge.id)
    const { id, ...stored } = bridge
    await this.#options.store.put(id, stored)
    this.#run(bridge)
    this.#options.onChange()
  }

  #check(body: BridgeBody, id: string): void {
    checkBridge(body)
    if (this.#stored().some((other) => other.id !== id && other.name === body.name))
      throw new UserError(
        409,
        'BRIDGE_NAME_TAKEN',
        `There is a bridge "${body.name}" already. Choose another name.`,
        {
          values: { name: body.name },
        },
      )
    if (this.#options.connection(body.connection)?.type !== mqttBroker.type) throw connectionUnknown()
  }

  #run(bridge: Bridge): void {
    if (!bridge.enabled || this.#running.has(bridge.id)) return
    const remote = this.#fingerprint(bridge.connection)
    this.#running.set(bridge.id, { bridge: new RunningBridge(bridge, this.#around), remote })
  }

  async #stop(id: string, { forGood = false } = {}): Promise<void> {
    const running = this.#running.get(id)
    await running?.bridge.stop({ forGood })
    this.#running.delete(id)
    if (forGood) await this.#options.door.forget(bridgeClientId(id))
  }

  async #begun(id: string): Promise<void> {
    const { id: _, ...stored } = this.#find(id)
    await this.#options.store.put(id, { ...stored, isNew: false })
  }

  #stored(): readonly Bridge[] {
    return this.#options.store.list().map(({ id, bridge }) => ({ id, ...storedBridge.parse(bridge) }))
  }

  #find(id: string): Bridge {
    const bridge = this.#stored().find((one) => one.id === id)
    if (bridge === undefined) throw new UserError(404, 'BRIDGE_UNKNOWN', `There is no bridge "${id}".`)
    return bridge
  }

  #shownById(id: string): ShownBridge {
    const shown = this.list().find((one) => one.id === id)
    if (shown === undefined) throw new Error('a bridge that was just saved is gone')
    return shown
  }

  #remote(connection: string): RemoteConfig | undefined {
    const settings = this.#options.connection(connection)
    if (settings?.type !== mqttBroker.type) return undefined
    return mqttBroker.config.safeParse(settings.config).data
  }

  #fingerprint(connection: string): string {
    return JSON.stringify(this.#remote(connection) ?? null)
  }

  /** Made up at the first start, and kept. */
  #houseName(): string {
    const { settings } = this.#options
    const { house } = settings.read('bridges', z.object({ house: z.string().default('') }))
    if (house !== '') return house
    const made = randomUUID()
    settings.write('bridges', { house: made }).catch(() => {
      this.#options.log('warn', 'The name of the house for its bridges could not be kept.')
    })
    return made
  }

  #lookAtStates(): void {
    const states = [...this.#running].map(([id, { bridge }]) => [id, bridge.state()])
    const shown = JSON.stringify(states)
    if (shown === this.#shown) return
    this.#shown = shown
    this.#options.onChange()
  }
}

const connectionUnknown = (): UserError =>
  new UserError(
    422,
    'BRIDGE_CONNECTION',
    'Choose a connection to an MQTT broker that is not the built-in one.',
  )
