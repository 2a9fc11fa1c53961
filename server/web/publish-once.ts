import { createHash } from 'node:crypto'
import type { MqttPacket } from '#kit/mqtt.ts'
import type { PublishLog } from '../store/store.ts'
import { UserError } from '../user-error.ts'

/** A request under a key that its sender gave it, and how it ends. */
interface Request {
  readonly digest: string
  readonly done: Promise<void>
}

/**
 * Carries out a request to publish once, however often it comes: its sender names it by a key, and sends it again
 * when it has got no answer. The key is written down once the broker has the message safe, and before the answer: a
 * crash between the two lets the message go out twice, and never not at all.
 */
export class PublishOnce {
  readonly #log: PublishLog
  readonly #underWay = new Map<string, Request>()

  constructor(log: PublishLog) {
    this.#log = log
  }

  /** Answers whether it was carried out before, or is just now. Throws 422 `IDEMPOTENCY_KEY_REUSED` for other content under the same key. */
  async run(
    user: string,
    key: string,
    packet: MqttPacket,
    publish: () => Promise<void>,
  ): Promise<{ readonly isReplayed: boolean }> {
    const digest = digestOf(packet)
    const name = `${key}\n${user}`
    const known = this.#underWay.get(name)
    const before = known?.digest ?? this.#log.digest(user, key)
    if (before !== undefined && before !== digest) throw reused(key)
    if (before !== undefined) {
      await known?.done
      return { isReplayed: true }
    }
    const done = publish().then(() => this.#log.add(user, key, digest))
    this.#underWay.set(name, { digest, done })
    try {
      await done
    } finally {
      this.#underWay.delete(name)
    }
    return { isReplayed: false }
  }
}

const digestOf = ({ topic, payload, qos, retain }: MqttPacket): string =>
  createHash('sha256')
    .update(JSON.stringify([topic, qos, retain]))
    .update(payload)
    .digest('base64url')

const reused = (key: string): UserError =>
  new UserError(
    422,
    'IDEMPOTENCY_KEY_REUSED',
    `Something else was published with the key "${key}" within the last day. Give each message a key of its own.`,
    { values: { key } },
  )
