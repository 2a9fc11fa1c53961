import { connect as connectTcp } from 'node:net'
import { addAbortSignal, type Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { IConnackPacket } from 'mqtt-packet'
import type * as z from 'zod'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { tlsOptions } from '#nodes/connections/mqtt/tls-options.ts'
import type { Dialect } from './leg.ts'

export type RemoteConfig = z.output<typeof mqttBroker.config>

const CONNECT_WITHIN_MS = 10_000

const five: Dialect = { version: 5, isBridge: false }
const three: readonly Dialect[] = [
  { version: 4, isBridge: true },
  { version: 4, isBridge: false },
]

/** How to speak to the other broker, the best first. */
export const dialectsFor = ({ version }: Pick<RemoteConfig, 'version'>): readonly Dialect[] =>
  version === '5' ? [five] : version === '3.1.1' ? three : [five, ...three]

/** Opens the connection by which MQTT is spoken then. Rejects with the system's error. */
export async function openStream(config: RemoteConfig, clock: Clock, signal: AbortSignal): Promise<Duplex> {
  const { host, port } = config
  if (host === '')
    throw new NodeError(
      'MQTT_HOST_MISSING',
      'The connection has no host. Open it and enter where the MQTT broker runs, for instance 192.168.1.20.',
      { field: 'host' },
    )
  const stream = config.tls ? connectTls({ host, port, ...tlsOptions(config) }) : connectTcp({ host, port })
  addAbortSignal(signal, stream)
  const limit = clock.after(CONNECT_WITHIN_MS, () => {
    const late: NodeJS.ErrnoException = new Error('no answer')
    late.code = 'ETIMEDOUT'
    stream.destroy(late)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      stream.once(config.tls ? 'secureConnect' : 'connect', resolve)
      stream.once('error', reject)
      stream.once('close', () => reject(new Error('the connection was closed')))
    })
  } finally {
    limit.cancel()
  }
  stream.setNoDelay(true)
  return stream
}

/** The return codes of 3.1.1 (table 3.1) for the reason codes of 5 (table 3.1) that say the same. */
const sameAs: Readonly<Record<number, number>> = {
  132: 1, // 0x84 Unsupported Protocol Version
  133: 2, // 0x85 Client Identifier not valid
  134: 4, // 0x86 Bad User Name or Password
  135: 5, // 0x87 Not authorized
  136: 3, // 0x88 Server unavailable
  137: 3, // 0x89 Server busy
  138: 5, // 0x8A Banned
  140: 5, // 0x8C Bad authentication method
  151: 3, // 0x97 Quota exceeded
  159: 3, // 0x9F Connection rate exceeded
}

/** Zero, or why the other broker refused, as a return code of 3.1.1. */
export function refusalIn({ returnCode, reasonCode = returnCode ?? 0 }: IConnackPacket): number {
  return sameAs[reasonCode] ?? reasonCode
}

export const refusals = { version: 1, clientId: 2, unavailable: 3 } as const
