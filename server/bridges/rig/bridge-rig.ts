import { expect } from 'vitest'
import { type BrokerRig, brokerRig, patient } from '#server/broker/broker-rig.ts'
import { defaultLimits } from '#server/broker/limits.ts'
import { realClock } from '#server/engine/real-clock.ts'
import type { BridgeStore } from '#server/store/store.ts'
import { type BridgeBody, bridgeBody } from '../bridge.ts'
import { tellBridgeState } from '../bridge-topic.ts'
import { Bridges, type ShownBridge } from '../bridges.ts'

/** A broker of ours with its bridges. */
export class BridgeRig implements AsyncDisposable {
  readonly broker: BrokerRig
  readonly connections = new Map<string, Readonly<Record<string, unknown>>>()
  readonly logs: string[] = []
  readonly store = new MemoryBridges()
  readonly #settings = new Map<string, unknown>()
  #bridges: Bridges | undefined

  constructor(broker: BrokerRig) {
    this.broker = broker
  }

  get bridges(): Bridges {
    if (this.#bridges === undefined) throw new Error('the bridges are stopped')
    return this.#bridges
  }

  start(): void {
    const { broker } = this.broker
    this.#bridges = new Bridges({
      store: this.store,
      settings: {
        read: (key, schema) => schema.parse(this.#settings.get(key) ?? {}),
        write: async (key, value) => void this.#settings.set(key, value),
      },
      door: broker.bridges,
      connection: (id) => {
        const config = this.connections.get(id)
        return config && { type: 'mqtt', name: id, config }
      },
      publishState: (name, isUp) => tellBridgeState(broker.service, name, isUp),
      packetBytes: defaultLimits.packetBytes,
      clock: realClock,
      log: (level, text) => this.logs.push(`${level} ${text}`),
      onChange: () => {},
    })
    this.#bridges.start()
  }

  async stop(): Promise<void> {
    await this.#bridges?.[Symbol.asyncDispose]()
    this.#bridges = undefined
  }

  /** A bridge over a connection to this port. */
  async bridge(
    port: number,
    maps: readonly Partial<BridgeBody['maps'][number]>[],
    { config = {}, ...more }: Partial<BridgeBody> & { readonly config?: object } = {},
  ): Promise<ShownBridge> {
    const connection = `c${this.connections.size}`
    this.connections.set(connection, { host: '127.0.0.1', port, ...config })
    const body = { name: `bridge-${this.connections.size}`, connection, maps, ...more }
    return await this.bridges.add(bridgeBody.parse(body))
  }

  stateOf(id: string) {
    return this.bridges.list().find((bridge) => bridge.id === id)?.state
  }

  async connected({ id }: { readonly id: string }): Promise<void> {
    await expect.poll(() => this.stateOf(id)?.phase, patient).toBe('connected')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.broker[Symbol.asyncDispose]()
  }
}

export async function bridgeRig(): Promise<BridgeRig> {
  const rig = new BridgeRig(await brokerRig())
  rig.start()
  return rig
}

class MemoryBridges implements BridgeStore {
  readonly #all = new Map<string, Readonly<Record<string, unknown>>>()

  list() {
    return [...this.#all].map(([id, bridge]) => ({ id, bridge }))
  }

  async put(id: string, bridge: Readonly<Record<string, unknown>>): Promise<void> {
    this.#all.set(id, bridge)
  }

  async remove(id: string): Promise<boolean> {
    return this.#all.delete(id)
  }
}
