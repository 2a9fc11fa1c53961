import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
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
  const sentence = error instanceof NodeError ? error : { code, message: error.message }
  if (code === 'MQTT_TOO_LARGE') return UserError.of(413, sentence)
  if (code.startsWith('TOPIC_')) return UserError.of(400, sentence)
  if (!passing.has(code)) return error
  return UserError.of(503, sentence, { retryAfterSeconds: RETRY_SECONDS })
}

const notTaken = (): UserError =>
  new UserError(
    503,
    'MQTT_NOT_TAKEN',
    'The message is not safe yet: a disk is full, or a flow does not keep up. Send it again, best with an Idempotency-Key, so that it goes out once.',
    { retryAfterSeconds: RETRY_SECONDS },
  )
