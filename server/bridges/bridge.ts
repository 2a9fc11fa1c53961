import * as z from 'zod'
import { checkTopicName } from '#kit/topic.ts'
import { checkTopicMap, comesIn, goesOut, localFilter, remoteFilter, type TopicMap } from '#kit/topic-map.ts'
import { UserError } from '../user-error.ts'

const topicMap = z.object({
  direction: z.enum(['in', 'out', 'both']),
  filter: z.string().max(512).default('#'),
  localPrefix: z.string().max(512).default(''),
  remotePrefix: z.string().max(512).default(''),
  qos: z.literal([0, 1, 2]).default(1),
})

/** What a person says of a bridge. */
export const bridgeBody = z.object({
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean().default(true),
  /** Id of a connection of the type `mqtt`. */
  connection: z.string().min(1).max(64),
  maps: z.array(topicMap).min(1).max(100),
  /** By what id the other broker knows it; empty, one is made up. */
  clientId: z.string().max(255).default(''),
  /** Where the other broker is told, retained, whether the bridge stands: `1` or `0`. Empty: nowhere. */
  statusTopic: z.string().max(512).default(''),
})

export type BridgeBody = z.output<typeof bridgeBody>

/** As it is stored. */
export const storedBridge = bridgeBody.extend({
  /** The other broker has no session of it that still counts, so the first connection begins a new one. */
  isNew: z.boolean().default(true),
})

export interface Bridge extends z.output<typeof storedBridge> {
  readonly id: string
}

/** Throws what cannot be: `BRIDGE_NAME`, `BRIDGE_MAP`, `BRIDGE_TOPIC_RESERVED`, `BRIDGE_STATUS_TOPIC`. */
export function checkBridge({ name, maps, statusTopic }: BridgeBody): void {
  if (/[+#/$]/.test(name) || checkTopicName(name) !== undefined)
    throw new UserError(
      422,
      'BRIDGE_NAME',
      'The name stands in a topic: it must not contain + # / or $. Choose another one.',
    )
  for (const [index, map] of maps.entries()) checkMap(map, index + 1)
  const problem = statusTopic === '' ? undefined : checkTopicName(statusTopic)
  if (problem !== undefined)
    throw new UserError(422, 'BRIDGE_STATUS_TOPIC', `The topic for the state: ${problem.message}`, {
      values: { problem },
    })
}

function checkMap(map: TopicMap, line: number): void {
  const problem = checkTopicMap(map)
  if (problem !== undefined)
    throw new UserError(422, 'BRIDGE_MAP', `Topics, line ${line}: ${problem.message}`, {
      values: { line, problem },
    })
  const reserved =
    comesIn(map) && isReserved(localFilter(map))
      ? localFilter(map)
      : goesOut(map) && isReserved(remoteFilter(map))
        ? remoteFilter(map)
        : undefined
  if (reserved !== undefined)
    throw new UserError(
      422,
      'BRIDGE_TOPIC_RESERVED',
      `Topics, line ${line}: "${reserved}" belongs to the broker that it would be sent to. Put a prefix before it.`,
      { values: { line, topic: reserved } },
    )
}

/** What brokers say of themselves is not for others to say. Clouds have topics such as `$aws/…`, which are. */
export const isReserved = (topic: string): boolean => topic === '$SYS' || topic.startsWith('$SYS/')
