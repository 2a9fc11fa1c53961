import type { AedesPublishPacket } from 'aedes'

/** What a message of MQTT 5 says beside its payload (section 3.3.2.3), as the parser names it. */
export type MessageProperties = NonNullable<AedesPublishPacket['properties']>

/** What is about one connection, or about time that passes. */
const passing: ReadonlySet<string> = new Set([
  'topicAlias',
  'messageExpiryInterval',
  'subscriptionIdentifier',
  'willDelayInterval',
])

/** The properties of a message that stay with it. */
export function lastingProperties(properties: MessageProperties | undefined): MessageProperties | undefined {
  const lasting = Object.entries(properties ?? {}).filter(
    ([name, value]) => value !== undefined && !passing.has(name),
  )
  return lasting.length > 0 ? Object.fromEntries(lasting) : undefined
}

/** How long a will waits, in seconds. */
export const delayOf = (properties: object): { readonly willDelayInterval?: number } => {
  const { willDelayInterval } = properties as { readonly willDelayInterval?: number }
  return willDelayInterval === undefined ? {} : { willDelayInterval }
}

/** The properties of a will, so that aedes finds its delay, but nobody sends it on: it is not the message's. */
export function withDelayApart<Properties extends object>(properties: Properties): Properties {
  const { willDelayInterval } = delayOf(properties)
  return Object.defineProperty({ ...properties }, 'willDelayInterval', {
    value: willDelayInterval,
    enumerable: false,
  })
}

/** When a message is not worth delivering any more, in milliseconds since 1970, if it says so. */
export function expiryOf(packet: AedesPublishPacket, now: number): number | undefined {
  const { messageExpiry, properties } = packet as Expiring
  if (messageExpiry !== undefined) return messageExpiry
  const seconds = properties?.messageExpiryInterval
  return seconds === undefined ? undefined : now + seconds * 1000
}

/** aedes notes here when a message expires. */
type Expiring = AedesPublishPacket & { messageExpiry?: number }

export const isExpired = (packet: AedesPublishPacket, now: number): boolean =>
  ((packet as Expiring).messageExpiry ?? Number.POSITIVE_INFINITY) <= now

/** Notes when a message expires, by our clock: aedes would do it by the machine's. */
export function noteExpiry(packet: AedesPublishPacket, now: number): void {
  const expiry = expiryOf(packet, now)
  if (expiry !== undefined) (packet as Expiring).messageExpiry = expiry
}

/** What a message goes out with: the time left to it, and by which subscriptions it comes. */
export function propertiesToSend(
  packet: Pick<AedesPublishPacket, 'properties'>,
  subscriptionIds: readonly number[],
  now: number,
): MessageProperties | undefined {
  const { messageExpiry, properties } = packet as Expiring
  const lasting = lastingProperties(properties)
  const left =
    messageExpiry === undefined
      ? properties?.messageExpiryInterval
      : Math.max(1, Math.ceil((messageExpiry - now) / 1000))
  if (lasting === undefined && left === undefined && subscriptionIds.length === 0) return undefined
  return {
    ...lasting,
    ...(left !== undefined && { messageExpiryInterval: left }),
    // the parser's types know one only, its writer any number
    ...(subscriptionIds.length > 0 && { subscriptionIdentifier: subscriptionIds as unknown as number }),
  }
}

/** As text for the database. */
export function encodeProperties(properties: MessageProperties | undefined): string | null {
  if (properties === undefined) return null
  const { correlationData, ...rest } = properties
  const data = correlationData && Buffer.from(correlationData).toString('base64')
  return JSON.stringify({ ...rest, ...(data !== undefined && { correlationData: data }) })
}

export function decodeProperties(text: string | null): MessageProperties | undefined {
  if (text === null) return undefined
  const { correlationData, ...rest } = JSON.parse(text)
  return {
    ...rest,
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData, 'base64') }),
  }
}
