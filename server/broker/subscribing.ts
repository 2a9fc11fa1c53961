import type { Subscription } from 'aedes'
import type { ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet'
import type { QoS } from '#kit/mqtt.ts'
import type { AedesClient, Deliver } from './aedes.ts'
import type { ClientSender } from './client-sender.ts'
import { endCodes, endingError } from './farewell.ts'
import type { Persistence } from './persistence.ts'
import { isShare, readShare, type Share, type SharedSubscriptions } from './shared-subscriptions.ts'

/** Answers to a filter (MQTT 5, section 3.9.3). MQTT 3.1.1 knows but one for what is refused. */
export const subscribeCodes = {
  failure: 0x80,
  notAuthorized: 0x87,
  filterInvalid: 0x8f,
  quotaExceeded: 0x97,
} as const
/** Retain handling (MQTT 5, section 3.8.3.1). */
const EACH_TIME = 0
const IF_NEW = 1
/** Answers to UNSUBSCRIBE. */
const ENDED = 0
const NO_SUBSCRIPTION = 0x11

export interface SubscribingOptions {
  readonly persistence: Persistence
  readonly shares: SharedSubscriptions
  /** The QoS of a filter that a client may have. */
  readonly grantable: (client: AedesClient, asked: Subscription) => QoS
  /** Answers a code for a filter that is refused, and an error for one that ends the connection. */
  readonly check: (client: AedesClient, subscription: Subscription) => Subscription | number | Error
}

/**
 * SUBSCRIBE and UNSUBSCRIBE, filter by filter: aedes would leave out the answer to one that comes twice,
 * and break at one that is called like what every object inherits.
 */
export class Subscribing {
  readonly #options: SubscribingOptions
  /** Why filters were refused. */
  readonly #refusals = new WeakMap<object, number>()
  /** By filter: the subscriptions that aedes is about to begin. */
  readonly #beginning = new Map<string, Set<Beginning>>()

  constructor(options: SubscribingOptions) {
    this.#options = options
  }

  /** A session comes back to the groups in which it was. */
  restoreShares(client: AedesClient): void {
    const { persistence } = this.#options
    for (const subscription of persistence.session(client.id)?.subscriptions.values() ?? []) {
      const share = readShare(subscription.topic)
      if (share !== undefined) this.#join(client, share, subscription as Subscription)
    }
  }

  /** Notes why aedes is told not to grant a filter. */
  refuse(subscription: Subscription, code: number): null {
    this.#refusals.set(subscription, code)
    return null
  }

  /** A subscription begins: what is retained at this moment is sent to its client, and all that comes from now on. */
  begun(filter: string, deliver: Deliver): void {
    for (const one of this.#beginning.get(filter) ?? [])
      if (one.client.subscriptions[filter]?.func === deliver) one.findRetained()
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
    using _ = sender.holdForSubscribe()
    const granted = await Promise.all(
      subscriptions.map((asked) => {
        const qos = this.#options.grantable(client, asked as Subscription)
        return this.#grant(client, sender, { ...asked, qos } as Subscription, properties)
      }),
    )
    sender.answer({ cmd: 'suback', messageId, granted })
  }

  #grant(
    client: AedesClient,
    sender: ClientSender,
    subscription: Subscription,
    properties: unknown,
  ): Promise<number> {
    const { topic, qos } = subscription
    const isVersion5 = client.version === 5
    const refused = (code: number): number => (isVersion5 ? code : subscribeCodes.failure)
    if (isShare(topic)) return this.#share(client, { ...subscription, ...identifierOf(properties) }, refused)
    const beginning = this.#begin(client, sender, subscription)
    return new Promise<number>((resolve, reject) => {
      const one = { subscriptions: [subscription], ...(isVersion5 && { properties }) }
      client.subscribe(one as unknown as Subscription, (error?: Error | null) => {
        if (error) reject(error)
        else {
          const code = this.#refusals.get(subscription)
          if (code === undefined) beginning.findRetained()
          resolve(code === undefined ? qos : refused(code))
        }
      })
    }).finally(() => this.#ended(topic, beginning))
  }

  /** One that stands already and is asked for again does not begin: its retained messages are those at its answer. */
  #begin(client: AedesClient, sender: ClientSender, { topic, rh = EACH_TIME }: Subscription): Beginning {
    const isWanted = rh === EACH_TIME || (rh === IF_NEW && client.subscriptions[topic] === undefined)
    // a session keeps messages for it from now on, and it begins once that is on disk
    const before = isWanted && !client.clean ? sender.lookAtRetained(topic) : undefined
    let isFound = !isWanted
    const findRetained = (): void => {
      if (!isFound) sender.findRetained(topic, before)
      isFound = true
    }
    const beginning = { client, findRetained }
    this.#beginning.set(topic, (this.#beginning.get(topic) ?? new Set()).add(beginning))
    return beginning
  }

  #ended(filter: string, beginning: Beginning): void {
    const all = this.#beginning.get(filter)
    all?.delete(beginning)
    if (all?.size === 0) this.#beginning.delete(filter)
  }

  async #share(
    client: AedesClient,
    subscription: SharedSubscription,
    refused: (code: number) => number,
  ): Promise<number> {
    const share = readShare(subscription.topic)
    if (share === undefined) return refused(subscribeCodes.filterInvalid)
    if (subscription.nl && client.version === 5)
      throw endingError('a shared subscription with no local', endCodes.protocolError)
    const problem = this.#join(client, share, subscription)
    if (problem instanceof Error) throw problem
    if (problem !== undefined) return refused(problem)
    if (!client.clean) await this.#options.persistence.addSubscriptions(client, [subscription])
    return subscription.qos
  }

  #join(client: AedesClient, share: Share, subscription: SharedSubscription): number | Error | undefined {
    const { shares, check } = this.#options
    const checked = check(client, { ...subscription, topic: share.filter })
    if (typeof checked === 'number' || checked instanceof Error) return checked
    shares.join(share, {
      client,
      filter: share.filter,
      qos: checked.qos,
      identifier: subscription.subscriptionIdentifier,
    })
    return undefined
  }

  #leave(client: AedesClient, filter: string): boolean {
    const share = readShare(filter)
    return share !== undefined && this.#options.shares.leave(share, client)
  }

  async #unsubscribe(client: AedesClient, sender: ClientSender, packet: IUnsubscribePacket): Promise<void> {
    const { messageId = 0, unsubscriptions } = packet
    const granted = unsubscriptions.map((filter) =>
      client.subscriptions[filter] !== undefined || this.#leave(client, filter) ? ENDED : NO_SUBSCRIPTION,
    )
    if (!client.clean) await this.#options.persistence.removeSubscriptions(client, unsubscriptions)
    await new Promise<void>((resolve, reject) =>
      client.unsubscribe({ unsubscriptions } as unknown as Subscription, (error?: Error) =>
        error ? reject(error) : resolve(),
      ),
    )
    sender.answer({ cmd: 'unsuback', messageId, granted })
  }
}

interface Beginning {
  readonly client: AedesClient
  readonly findRetained: () => void
}

type SharedSubscription = Subscription & { readonly subscriptionIdentifier?: number }

const identifierOf = (properties: unknown): { subscriptionIdentifier?: number } => {
  const { subscriptionIdentifier } = (properties ?? {}) as { subscriptionIdentifier?: number }
  return subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }
}

function checkIdentifier(identifier: unknown): void {
  if (identifier === undefined || (typeof identifier === 'number' && identifier > 0)) return
  throw endingError('SUBSCRIBE with a subscription identifier that is not one', endCodes.protocolError)
}
