import { createHash } from 'node:crypto'
import type { Browser } from '#kit/runtime/browsers.ts'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { parcelKeys } from '#kit/runtime/parcel-key.ts'
import type { Reach } from '#kit/runtime/web-address.ts'
import { webOutcome } from '#kit/runtime/web-outcome.ts'
import { askWeb } from '#kit/runtime/web-request.ts'
import { encryptFor } from './encrypt.ts'
import { authorization } from './vapid.ts'

/** What the browser is to show; its service worker reads it. */
export interface Pushed {
  readonly title: string
  readonly text: string
  /** Milliseconds after which it is worth nothing; 0: never. */
  readonly expiresAfterMs: number
}

const SEND_MS = 30_000
/** How long a push service keeps a message for a browser that is away, at most. Services cut it to what they like. */
const LONGEST_S = 28 * 86_400

const urgencies = { alarm: 'high', normal: 'normal', low: 'low' } as const

/** Push services are on the internet: an endpoint comes from a browser, and must not lead into the house. */
const internet: ReadonlySet<Reach> = new Set(['internet'])

/** Brings messages to browsers by the push services of their makers. */
export class Pusher implements Carrier {
  readonly #context: ConnectionContext
  readonly #mayReach: ReadonlySet<Reach>
  readonly #keyOf: ReturnType<typeof parcelKeys>

  constructor(context: ConnectionContext, mayReach = internet) {
    this.#context = context
    this.#mayReach = mayReach
    this.#keyOf = parcelKeys(context.services.posts, context.id)
  }

  async send(parcel: Parcel): Promise<Tried> {
    const { clock, signal, services } = this.#context
    const browser = services.browsers.find(parcel.target)
    if (!browser) throw gone()
    const { title, text, expiresAfterMs } = parcel.body as Pushed
    const url = new URL(browser.endpoint)
    const now = clock.now()
    // shown in place of what had this tag before, so that a repeat is not shown twice
    const tag = topicOf(await this.#keyOf(parcel))
    const answer = await askWeb({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        authorization: authorization(await services.browsers.keys(), url, now),
        ttl: String(secondsLeft(parcel.at + expiresAfterMs - now, expiresAfterMs)),
        urgency: urgencies[parcel.urgency],
        topic: tag,
      },
      body: encryptFor(
        browser,
        JSON.stringify({ title, text, tag, isAlarm: parcel.urgency === 'alarm', at: parcel.at }),
      ),
      mayReach: this.#mayReach,
      timeoutMs: SEND_MS,
      clock,
      signal,
    })
    const outcome = webOutcome(answer, { host: url.host, now })
    if (outcome) return outcome
    return this.#refused(answer.kind === 'answer' ? answer.status : 0, url.host, browser)
  }

  /** 404 and 410 say that the browser is no more, 403 that it knows other keys (RFC 8030, 7.3; RFC 8292, 4.2). */
  async #refused(status: number, host: string, browser: Browser): Promise<Tried> {
    if (status !== 404 && status !== 410 && status !== 403)
      throw new NodeError(
        'WEB_PUSH_REFUSED',
        `${host} refused the notification (${status}). Switch notifications off and on again in that browser.`,
        { values: { host, status: String(status) } },
      )
    const { browsers } = this.#context.services
    await browsers.forget(browser.id)
    // others of the same person get it too, each by a post of its own
    if (browsers.of(browser.user).length > 0) return { kind: 'sent', receipt: { isGone: true } }
    throw gone()
  }
}

/** At most 32 characters of base64url (RFC 8030, 5.4). */
const topicOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32)

const secondsLeft = (leftMs: number, expiresAfterMs: number): number =>
  expiresAfterMs === 0 ? LONGEST_S : Math.min(LONGEST_S, Math.max(0, Math.ceil(leftMs / 1000)))

const gone = (): NodeError =>
  new NodeError(
    'WEB_PUSH_GONE',
    'This browser takes no notifications any more. Switch them on again in its settings of Wirehouse.',
  )
