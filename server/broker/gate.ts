import type { AedesPublishPacket, Subscription } from 'aedes'
import type { QoS } from '#kit/mqtt.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { AccessAction, AccessControl, RefusalReason, Subject } from '#server/access/access-control.ts'
import {
  denialSentence,
  loginNotChecked,
  loginOver,
  loginSentence,
  subscriptionAsleep,
} from '#server/access/refusal-sentences.ts'
import type { Present } from '#server/access/rehearse.ts'
import type { AedesClient } from './aedes.ts'
import { isBridgeClient } from './bridge-door.ts'
import type { ClientStream, Origin } from './client-stream.ts'

/** CONNACK return codes of MQTT 3.1.1, table 3.1; aedes knows those of MQTT 5 to each. */
export const returnCodes = { accepted: 0, badId: 2, unavailable: 3, badLogin: 4, notAuthorized: 5 } as const

const codeOf: Readonly<Record<RefusalReason, number>> = {
  'no-owner': returnCodes.notAuthorized,
  'network-closed': returnCodes.notAuthorized,
  'login-needed': returnCodes.notAuthorized,
  'bad-login': returnCodes.badLogin,
  // a client may come again after it, where it takes the other codes for final
  'too-many-attempts': returnCodes.unavailable,
  'client-of-another': returnCodes.badId,
}

/** DISCONNECT of MQTT 5, section 3.14.2.1. */
const NOT_AUTHORIZED = 0x87
/** Longer filters are refused before the rules are asked. */
const MAX_FILTER = 1_024

/** Of clients whose messages need not be looked at, there is none. */
export type PublishLimit = (topic: string, qos: QoS) => boolean

export interface GateOptions {
  readonly access: AccessControl
  readonly clock: Clock
  readonly log: (text: string) => void
  readonly onError: (error: unknown) => void
  readonly clientOf: (clientId: string) => AedesClient | undefined
  /** What a client may publish changes for the lane. */
  readonly limit: (client: AedesClient, limit: PublishLimit | undefined) => void
}

interface Login {
  readonly clientId: string
  readonly name: string | undefined
  readonly password: string | undefined
}

/** A refusal that leaves the connection open. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
}

/** Stands between clients and what they may not do: asks the access control on every way in and out. The bridges of the house may do everything. */
export class Gate {
  readonly #options: GateOptions
  readonly #access: AccessControl
  readonly #subjects = new WeakMap<AedesClient, Subject>()
  /** Filters that a client has, and that no rule covers any more. */
  readonly #asleep = new WeakMap<AedesClient, ReadonlySet<string>>()

  constructor(options: GateOptions) {
    this.#options = options
    this.#access = options.access
  }

  /** Rejects with the sentence for the log and the return code for the CONNACK. */
  async signIn(client: AedesClient, login: Login): Promise<void> {
    const origin = originOf(client)
    if (origin.bridge !== undefined) {
      this.#subjects.set(client, { role: 'anonymous', clientId: origin.bridge })
      return
    }
    const answer = await this.#access.signIn({ ...origin, ...login }).catch((error: unknown) => {
      this.#options.onError(error)
      return undefined
    })
    if (answer === undefined) throw this.#refuse(client, login, loginNotChecked(), returnCodes.unavailable)
    if ('refused' in answer)
      throw this.#refuse(
        client,
        login,
        loginSentence(answer.refused, { ...login, ...answer }),
        codeOf[answer.refused],
      )
    if (!this.#access.isWelcome(answer.subject, origin))
      throw this.#refuse(client, login, loginOver(), returnCodes.notAuthorized)
    this.#subjects.set(client, answer.subject)
    this.#limit(client, answer.subject)
    this.#endInTime(client, answer.subject)
  }

  userOf(client: AedesClient): string | undefined {
    return this.#subjects.get(client)?.user
  }

  /** Those who have signed in. */
  present(clients: Iterable<AedesClient>): readonly Present[] {
    return [...clients].flatMap((client) => {
      const subject = this.#subjects.get(client)
      const filters = Object.keys(client.subscriptions)
      return subject && client.connected ? [{ clientId: client.id, subject, filters }] : []
    })
  }

  /** Whether a message may go out. The house itself may publish anything; a will goes by who has left it. */
  mayPublish(client: AedesClient | null, packet: AedesPublishPacket): boolean {
    const { clientId } = packet as { readonly clientId?: string }
    const subject = client ? this.#subjects.get(client) : clientId && this.#access.ownerOf(clientId)
    if (!subject) return client === null
    const denial = this.#denial(subject, 'publish', packet.topic, packet)
    if (denial === undefined) return true
    this.#note(client, subject, denial, 'publish', packet.topic)
    return false
  }

  /** Answers nothing for a filter that is refused. One of a session from before sleeps, until a rule covers it. */
  subscribe(client: AedesClient, subscription: Subscription): Subscription | null {
    const isFromBefore = !client.connackSent
    const subject = this.#subjects.get(client)
    if (isFromBefore || subject === undefined) return isFromBefore ? subscription : null
    const filter = innerFilter(subscription.topic)
    const denial = this.#denial(subject, 'subscribe', filter)
    if (denial === undefined) return subscription
    this.#note(client, subject, denial, 'subscribe', filter)
    return null
  }

  /** The QoS of a filter that a client may have, which is what it is told. */
  grantable(client: AedesClient, { topic, qos }: Pick<Subscription, 'topic' | 'qos'>): QoS {
    const subject = this.#subjects.get(client)
    const filter = innerFilter(topic)
    if (subject === undefined || filter.length > MAX_FILTER) return qos
    const { allowed, maxQoS } = this.#access.decide(subject, 'subscribe', filter)
    return allowed ? (Math.min(qos, maxQoS) as QoS) : qos
  }

  /** With which QoS a message on a topic reaches a client by one of its filters; -1 if it must not. */
  reach(client: AedesClient, filter: string, topic: string, qos: number): number {
    const subject = this.#subjects.get(client)
    return subject === undefined ? -1 : this.#reach(subject, filter, topic, qos)
  }

  /** The same for a session, its client connected or not. */
  reachSession(clientId: string, filter: string, topic: string, qos: number): number {
    if (isBridgeClient(clientId)) return qos
    const client = this.#options.clientOf(clientId)
    const subject = (client && this.#subjects.get(client)) ?? this.#access.ownerOf(clientId)
    return this.#reach(subject, filter, topic, qos)
  }

  /** Whether a message that has waited for a client may still be given to it. */
  mayReceive(client: AedesClient, topic: string): boolean {
    return this.reach(client, topic, topic, 2) >= 0
  }

  /** Something has changed: ends logins that do not count any more, and sees to the others' limits and subscriptions. */
  recheck(clients: Iterable<AedesClient>): void {
    for (const client of clients) {
      const subject = this.#subjects.get(client)
      if (subject === undefined || isBridgeClient(subject.clientId)) continue
      if (this.#access.isWelcome(subject, originOf(client))) {
        this.#limit(client, subject)
        this.#noteAsleep(client, subject)
      } else this.#turnOut(client, subject)
    }
  }

  #reach(subject: Subject, filter: string, topic: string, qos: number): number {
    if (isBridgeClient(subject.clientId)) return qos
    if (!topic.startsWith('$') && this.#isFree(subject, 'subscribe') && this.#isFree(subject, 'receive'))
      return qos
    const asked = this.#access.decide(subject, 'subscribe', innerFilter(filter))
    const got = this.#access.decide(subject, 'receive', topic)
    return asked.allowed && got.allowed ? Math.min(qos, asked.maxQoS, got.maxQoS) : -1
  }

  #isFree(subject: Subject, action: AccessAction): boolean {
    return this.#access.isUnlimited(subject, action)
  }

  #denial(
    subject: Subject,
    action: AccessAction,
    topic: string,
    asked?: { readonly qos: QoS; readonly retain: boolean },
  ): Sentence | undefined {
    if (isBridgeClient(subject.clientId)) return undefined
    if (!topic.startsWith('$') && this.#isFree(subject, action)) return undefined
    return denialSentence(action, topic, this.#access.decide(subject, action, topic), asked)
  }

  #limit(client: AedesClient, subject: Subject): void {
    const limit: PublishLimit = (topic, qos) => {
      const { allowed, maxQoS } = this.#access.decide(subject, 'publish', topic)
      return allowed && qos <= maxQoS
    }
    this.#options.limit(client, this.#isFree(subject, 'publish') ? undefined : limit)
  }

  #endInTime(client: AedesClient, subject: Subject): void {
    if (subject.until === undefined) return
    const left = subject.until - this.#options.clock.now()
    // a timer may come a moment before the clock says so: what it stands for counts
    const timer = this.#options.clock.after(left, () => this.#turnOut(client, subject))
    timer.done.catch(this.#options.onError)
    client.conn.once('close', () => timer.cancel())
  }

  #noteAsleep(client: AedesClient, subject: Subject): void {
    const before = this.#asleep.get(client)
    const asleep = new Set(
      Object.keys(client.subscriptions).filter((filter) =>
        this.#denial(subject, 'subscribe', innerFilter(filter)),
      ),
    )
    for (const filter of asleep)
      if (!before?.has(filter)) this.#note(client, subject, subscriptionAsleep(filter), 'subscribe', filter)
    this.#asleep.set(client, asleep)
  }

  #turnOut(client: AedesClient, subject: Subject): void {
    this.#note(client, subject, loginOver())
    client.disconnect({ reasonCode: NOT_AUTHORIZED })
  }

  #refuse(client: AedesClient, { clientId, name }: Login, sentence: Sentence, returnCode: number): Error {
    const { address } = originOf(client)
    this.#access.note({ clientId, address, ...(name && { user: name }), ...sentence })
    const called =
      clientId === '' ? 'an MQTT client without an id' : `the MQTT client "${clientId.slice(0, 200)}"`
    this.#options.log(`Refused ${called} from ${address}: ${sentence.message}`)
    return Object.assign(new Error(sentence.message), { returnCode })
  }

  #note(
    client: AedesClient | null,
    { clientId, user }: Subject,
    { code, message, values }: Sentence,
    action?: AccessAction,
    topic?: string,
  ): void {
    this.#access.note({
      clientId: client?.id ?? clientId,
      address: client ? originOf(client).address : '',
      ...(user !== undefined && { user }),
      ...(action && { action }),
      ...(topic !== undefined && { topic }),
      ...{ code, message },
      ...(values && { values }),
    })
  }
}

/** Without the group of a shared subscription. */
const innerFilter = (filter: string): string => filter.replace(/^\$share\/[^/]*\//, '')

const originOf = (client: AedesClient): Origin => (client.conn as ClientStream).origin
