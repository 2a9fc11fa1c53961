import { randomUUID } from 'node:crypto'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { comesIn, remoteFilter } from '#kit/topic-map.ts'
import { explain } from '#nodes/connections/mqtt/explain.ts'
import { UserError } from '../user-error.ts'
import type { BridgeBody } from './bridge.ts'
import { type Dialect, Leg, LegClosed } from './leg.ts'
import { dialectsFor, openStream, type RemoteConfig, refusalIn, refusals } from './remote.ts'
import { filtersRefused } from './sentences.ts'

/** How it went, where the other broker let us in. */
export interface Tried {
  readonly version: '5' | '3.1.1'
  /** It does not let us read what is to come in. */
  readonly problem?: Sentence
}

const PACKET_BYTES = 1024 * 1024

/**
 * Connects as somebody else than the bridge, which may be connected, and leaves nothing behind. Throws a `UserError`
 * with what is in the way.
 */
export async function tryBridge(body: BridgeBody, remote: RemoteConfig, clock: Clock): Promise<Tried> {
  try {
    for (const dialect of dialectsFor(remote)) {
      const tried = await tryDialect(dialect, body, remote, clock)
      if (tried !== undefined) return tried
    }
  } catch (error) {
    throw refused(error, remote)
  }
  throw refused(Object.assign(new Error('no version of MQTT'), { code: refusals.version }), remote)
}

/** Answers nothing if the other broker does not speak so. */
async function tryDialect(
  dialect: Dialect,
  { maps, clientId }: BridgeBody,
  remote: RemoteConfig,
  clock: Clock,
): Promise<Tried | undefined> {
  const stream = await openStream(remote, clock, new AbortController().signal)
  const leg = new Leg(stream, { dialect, packetBytes: PACKET_BYTES, clock })
  try {
    const connack = await leg.connect({
      clientId: `${clientId || 'wirehouse'}-${randomUUID().slice(0, 8)}`,
      clean: true,
      ...(remote.user !== '' && { username: remote.user, password: Buffer.from(remote.password) }),
    })
    const code = refusalIn(connack)
    if (code === refusals.version) return undefined
    if (code !== 0) throw Object.assign(new Error(`it answered ${code}`), { code })
    const filters = [...new Set(maps.filter(comesIn).map(remoteFilter))]
    const denied = await leg.subscribe(filters.map((topic) => ({ topic, qos: 0 })))
    await leg.close()
    const problem = denied.length > 0 ? { problem: filtersRefused(remote.host, denied) } : {}
    return { version: dialect.version === 5 ? '5' : '3.1.1', ...problem }
  } catch (error) {
    if (error instanceof LegClosed && error.cause === undefined) return undefined
    throw error
  } finally {
    leg.destroy()
  }
}

function refused(error: unknown, { host, port }: RemoteConfig): UserError {
  const cause = error instanceof LegClosed ? error.cause : error
  const { code, message, values } =
    cause instanceof NodeError ? sentenceOf(cause) : explain(cause as Error, host, port)
  return new UserError(422, code, message, values && { values })
}
