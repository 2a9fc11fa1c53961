import { checkTopicFilter, checkTopicName, type TopicProblem, topicMatches } from './topic.ts'

export type MapDirection = 'in' | 'out' | 'both'

/**
 * Which topics a bridge carries, and what they are called on the other side: `topic` in mosquitto.conf. The
 * filter stands behind the prefix on either side; empty, the two prefixes are one topic each.
 */
export interface TopicMap {
  /** `out` leaves the house, `in` comes into it. */
  readonly direction: MapDirection
  readonly filter: string
  readonly localPrefix: string
  readonly remotePrefix: string
  /** The highest QoS with which it carries. */
  readonly qos: 0 | 1 | 2
}

type Prefixed = Pick<TopicMap, 'filter' | 'localPrefix' | 'remotePrefix'>

export const localFilter = ({ localPrefix, filter }: Prefixed): string => localPrefix + filter
export const remoteFilter = ({ remotePrefix, filter }: Prefixed): string => remotePrefix + filter

export const goesOut = ({ direction }: TopicMap): boolean => direction !== 'in'
export const comesIn = ({ direction }: TopicMap): boolean => direction !== 'out'

/** What a topic of this house is called on the other side, if the map is about it. */
export const toRemote = (map: Prefixed, topic: string): string | undefined =>
  topicMatches(localFilter(map), topic) ? map.remotePrefix + topic.slice(map.localPrefix.length) : undefined

/** What a topic of the other side is called here, if the map is about it. */
export const toLocal = (map: Prefixed, topic: string): string | undefined =>
  topicMatches(remoteFilter(map), topic) ? map.localPrefix + topic.slice(map.remotePrefix.length) : undefined

/** Other brokers may allow more than ours. */
const remoteLimits = { bytes: 65_535, levels: 200 }

/** Why a map cannot be used; answers nothing if it can. */
export function checkTopicMap(map: TopicMap): TopicProblem | undefined {
  for (const prefix of [map.localPrefix, map.remotePrefix]) {
    const problem = prefix === '' ? undefined : checkTopicName(prefix)
    if (problem !== undefined) return problem
  }
  return checkTopicFilter(localFilter(map)) ?? checkTopicFilter(remoteFilter(map), remoteLimits)
}

/** A topic that the map is about, on both sides: to show what it does. */
export function exampleOf(map: Prefixed): { readonly local: string; readonly remote: string } {
  const topic = map.filter.replaceAll(/[+#]/g, 'x')
  return { local: map.localPrefix + topic, remote: map.remotePrefix + topic }
}
