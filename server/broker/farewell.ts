import { generate } from 'mqtt-packet'
import type { AedesClient } from './aedes.ts'

/** Why a connection ends (MQTT 5, section 3.14.2.1). */
export const endCodes = {
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  notAuthorized: 0x87,
  keepAlive: 0x8d,
  filterInvalid: 0x8f,
  topicInvalid: 0x90,
  receiveMaximum: 0x93,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
} as const

/** An error that ends a connection, and what a client of MQTT 5 is told. */
export const endingError = (message: string, reasonCode: number): Error =>
  Object.assign(new Error(message), { reasonCode })

/** Characters that nobody may send make a packet malformed; what else is wrong with a topic has a code of its own. */
export const topicCode = ({ code }: { readonly code: string }, otherwise: number): number =>
  code === 'TOPIC_CHARACTER' ? endCodes.malformed : otherwise

/** What aedes, its parser and the scanner say, without a code of the protocol. */
const byMessage: readonly (readonly [RegExp, number])[] = [
  [/^PACKET_TOO_LARGE/, endCodes.packetTooLarge],
  [/^PACKET_MALFORMED/, endCodes.malformed],
  [/^(Cannot parse|Invalid|Malformed|Packet|Unknown property|Not supported)/, endCodes.malformed],
  [/^keep alive timeout/, endCodes.keepAlive],
  [/^(empty topic|. is not allowed in PUBLISH|topic has too many)/, endCodes.topicInvalid],
]

/** The DISCONNECT for a client whose connection ends by an error; nothing where it would not know it. */
export function farewell(client: AedesClient, error: Error): Uint8Array | undefined {
  if (client.version !== 5 || !client.connected || 'syscall' in error) return undefined
  const { reasonCode } = error as { reasonCode?: number }
  const code =
    reasonCode ?? byMessage.find(([pattern]) => pattern.test(error.message))?.[1] ?? endCodes.unspecified
  return generate({ cmd: 'disconnect', reasonCode: code }, { protocolVersion: 5 })
}
