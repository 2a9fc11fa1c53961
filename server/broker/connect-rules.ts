import type { ConnectPacket } from 'aedes'
import { checkTopicName } from '#kit/topic.ts'
import { isBridgeClient } from './bridge-door.ts'

/** What is wrong with a CONNECT: some faults get an answer by the protocol, the others only a closed socket. */
export type ConnectFault =
  | { readonly kind: 'bad-id' }
  | { readonly kind: 'malformed'; readonly reason: string }

const malformed = (reason: string): ConnectFault => ({ kind: 'malformed', reason })

/**
 * Checks what aedes and its parser let pass (MQTT 3.1.1 and 5, section 3.1). `bridge` is the id of a bridge of the
 * house, where one connects.
 */
export function checkConnect(packet: ConnectPacket, bridge?: string): ConnectFault | undefined {
  const { clientId, username, password, will } = packet
  if (!isProperText(clientId) || !isProperText(username ?? ''))
    return malformed('a client id or user name with characters that are not allowed')
  const isVersion5 = packet.protocolVersion === 5
  if (!isVersion5 && password !== undefined && password !== null && username === undefined)
    return malformed('a password without a user name')
  if (will !== undefined) {
    const problem = checkTopicName(will.topic)
    if (problem !== undefined) return malformed(`a will whose topic cannot be used: ${problem.message}`)
    if (isReserved(will.topic)) return malformed('a will for a topic under $SYS')
    if ((will.qos ?? 0) > 2) return malformed('a will with QoS 3')
  }
  if (isBridgeClient(clientId) && clientId !== bridge) return { kind: 'bad-id' }
  return clientId === '' && !isVersion5 && packet.clean === false ? { kind: 'bad-id' } : undefined
}

/** Topics of the broker itself. Bridges of Mosquitto tell their state there, and may. */
export const isReserved = (topic: string): boolean =>
  topic.startsWith('$SYS/') && !/^\$SYS\/broker\/connection\/[^/]+\/state$/.test(topic)

const isProperText = (text: string): boolean =>
  checkTopicName(text, { bytes: 65_535, levels: 65_536 })?.code !== 'TOPIC_CHARACTER'
