import type { Clock } from '#kit/runtime/clock.ts'
import { UserError } from '../user-error.ts'

/** How long a request waits until the broker has its message safe. */
const WITHIN_MS = 10_000
const RETRY_SECONDS = 10
/** Why a message was not taken, where that may be otherwise in a while. */
const passing = new Set(['DISK_FULL', 'INBOX_FULL', 'STORE_FAILED', 'STORE_CLOSED', 'FLOW_BUSY'])

/** Answers as the publish does; 503 with `Retry-After` if there is no room for the message, or it is not safe in time. */
export async function takenInTime<Result>(publish: Promise<Result>, clock: Clock): Promise<Result> {
  const limit = clock.after(WITHIN_MS, () => {})
  const late = limit.done.then(() => Promise.reject(notTaken()))
  try {
    return await Promise.race([publish, late])
  } catch (error) {
    throw toAnswer(error)
  } finally {
    late.catch(() => {}) // nobody waits for it any more
    limit.cancel()
  }
}

function toAnswer(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  if (code === 'MQTT_TOO_LARGE') return new UserError(413, code, error.message)
  if (code.startsWith('TOPIC_')) return new UserError(400, code, error.message)
  if (!passing.has(code)) return error
  return new UserError(503, code, error.message, { retryAfterSeconds: RETRY_SECONDS })
}

const notTaken = (): UserError =>
  new UserError(
    503,
    'MQTT_NOT_TAKEN',
    'The message is not safe yet: a disk is full, or a flow does not keep up. Send it again, best with an Idempotency-Key, so that it goes out once.',
    { retryAfterSeconds: RETRY_SECONDS },
  )
