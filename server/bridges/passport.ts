import type { IPublishPacket } from 'mqtt-packet'

export type Properties = NonNullable<IPublishPacket['properties']>

/** Names the houses that a message has left by a bridge; MQTT 5 carries it along. */
const PASSED = 'wirehouse-passed'

/** Whether a message has left this house by a bridge before. */
export const hasPassed = (properties: Properties | undefined, house: string): boolean =>
  [properties?.userProperties?.[PASSED] ?? []].flat().includes(house)

/** As it leaves this house. */
export function stamped(properties: Properties, house: string): Properties {
  const before = [properties.userProperties?.[PASSED] ?? []].flat()
  return {
    ...properties,
    userProperties: { ...properties.userProperties, [PASSED]: [...before, house] },
  }
}

/** What belongs to the message, and not to the connection by which it came (MQTT 5, section 3.3.2.3). */
export function portableProperties(properties: Properties | undefined): Properties {
  const { topicAlias: _, subscriptionIdentifier: __, ...portable } = properties ?? {}
  return portable
}
