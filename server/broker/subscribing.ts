import type { Subscription } from 'aedes'
import type { ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet'
import type { QoS } from '#kit/mqtt.ts'
import type { AedesClient } from './aedes.ts'
import type { ClientSender } from './client-sender.ts'
import type { Persistence } from './persistence.ts'

/** Answers to a filter (MQTT 5, section 3.9.3). MQTT 3.1.1 knows but one for what is refused. */
export const subscribeCodes = {
  failure: 0x80,
  notAuthorized: 0x87,
  filterInvalid: 0x8f,
  quotaExceeded: 0x97,
  noShares: 0x9e,
} as const
/** Answers to UNSUBSCRIBE. */
const ENDED = 0
const NO_SUBSCRIPTION = 0x11

/**
 * SUBSCRIBE and UNSUBSCRIBE, filter by filter: aedes would leave out the answer to one that comes twice,
 * and break at one that is called like what every object inherits.
 */
export class Subscribing {
  readonly #persistence: Persistence
  readonly #grantable: (client: AedesClient, asked: Subscription) => QoS
  /** Why filters were refused. */
  readonly #refusals = new WeakMap<object, number>()

  /** `grantable`: the QoS of a filter that a client may have. */
  constructor(persistence: Persistence, grantable: (client: AedesClient, asked: Subscription) => QoS) {
    this.#persistence = persistence
    this.#grantable = grantable
  }

  /** Notes why aedes is told not to grant a filter. */
  refuse(subscription: Subscription, code: number): null {
    this.#refusals.set(subscription, code)
    return null
  }

  change(
    client: AedesClient,
    sender: ClientSender,
    packet: ISubscribePacket | IUnsubscribePacket,
    done: (error?: Error) => void,
  ): void {
    const changed =
      packet.cmd === 'subscribe'
        ? this.#subscribe(client, sender, packet)
        : this.#unsubscribe(client, sender, packet)
    changed.then(() => done(), done)
  }

  async #subscribe(client: AedesClient, sender: ClientSender, packet: ISubscribePacket): Promise<void> {
    const { messageId = 0, subscriptions, properties } = packet
    checkIdentifier(properties?.subscriptionIdentifier)
    sender.holdRetained()
    const granted = await Promise.all(
      subscriptions.map((asked) => {
        const qos = this.#grantable(client, asked as Subscription)
        return this.#grant(client, { ...asked, qos } as Subscription, properties)
      }),
    )
    sender.answer({ cmd: 'suback', messageId, granted })
  }

  #grant(client: AedesClient, subscription: Subscription, properties: unknown): Promise<number> {
    const { topic, qos } = subscription
    const isVersion5 = client.version === 5
    const refused = (code: number): number => (isVersion5 ? code : subscribeCodes.failure)
    if (topic.startsWith('$share/')) return Promise.resolve(refused(subscribeCodes.noShares))
    return new Promise((resolve, reject) => {
      const one = { subscriptions: [subscription], ...(isVersion5 && { properties }) }
      client.subscribe(one as unknown as Subscription, (error?: Error | null) => {
        if (error) reject(error)
        else {
          const code = this.#refusals.get(subscription)
          resolve(code === undefined ? qos : refused(code))
        }
      })
    })
  }

  async #unsubscribe(client: AedesClient, sender: ClientSender, packet: IUnsubscribePacket): Promise<void> {
    const { messageId = 0, unsubscriptions } = packet
    const granted = unsubscriptions.map((filter) =>
      client.subscriptions[filter] === undefined ? NO_SUBSCRIPTION : ENDED,
    )
    if (!client.clean) await this.#persistence.removeSubscriptions(client, unsubscriptions)
    await new Promise<void>((resolve, reject) =>
      client.unsubscribe({ unsubscriptions } as unknown as Subscription, (error?: Error) =>
        error ? reject(error) : resolve(),
      ),
    )
    sender.answer({ cmd: 'unsuback', messageId, granted })
  }
}

const protocolError = 0x82

function checkIdentifier(identifier: unknown): void {
  if (identifier === undefined || (typeof identifier === 'number' && identifier > 0)) return
  throw Object.assign(new Error('SUBSCRIBE with a subscription identifier that is not one'), {
    reasonCode: protocolError,
  })
}
