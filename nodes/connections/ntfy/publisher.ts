import * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import type { Reach } from '#kit/runtime/web-address.ts'
import { webOutcome } from '#kit/runtime/web-outcome.ts'
import { askWeb, type WebAnswer } from '#kit/runtime/web-request.ts'
import type { ntfy } from './definition.ts'

/** A notification, in the words of ntfy (docs.ntfy.sh/publish/#publish-as-json). */
export interface Notification {
  readonly topic: string
  readonly message: string
  readonly title?: string
  /** 1 to 5. */
  readonly priority: number
  readonly tags: readonly string[]
  /** What opens when it is tapped. */
  readonly click?: string
}

type Context = ConnectionContext<typeof ntfy.config>

const SEND_MS = 30_000

/** Tag of ntfy that is shown as 🔁, in front of what may have been shown before. */
const REPEATED = 'repeat'

/** Publishes notifications. */
export class Publisher implements Carrier {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  async send(parcel: Parcel): Promise<Tried> {
    const { config, clock, signal } = this.#context
    const url = new URL(config.server)
    const notification = parcel.body as Notification
    const tags = parcel.mayBeDouble ? [REPEATED, ...notification.tags] : notification.tags
    const answer = await askWeb({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Wirehouse',
        ...(config.token !== '' && { authorization: `Bearer ${config.token}` }),
      },
      body: JSON.stringify({ ...notification, tags }),
      mayReach: new Set<Reach>(['internet', 'home', ...(config.mayReachMachine ? ['machine' as const] : [])]),
      timeoutMs: SEND_MS,
      clock,
      signal,
    })
    const said = readAnswer(answer)
    const outcome = webOutcome(answer, { host: url.host, now: clock.now() })
    if (outcome?.kind === 'sent') return sentAs(said, url.host)
    if (outcome) return outcome
    throw refusal(answer.kind === 'answer' ? answer.status : 0, said, url.host, notification.topic)
  }
}

const answerSchema = z.object({
  id: z.string().max(100).optional(),
  code: z.number().optional(),
  error: z.string().max(300).optional(),
})
type Said = z.output<typeof answerSchema>

function readAnswer(answer: WebAnswer): Said {
  if (answer.kind !== 'answer') return {}
  try {
    return answerSchema.safeParse(JSON.parse(answer.text)).data ?? {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** Only ntfy gives an id; a 200 without is the sign-in page of a hotel, or a wrong address. */
const sentAs = ({ id }: Said, host: string): Tried =>
  id !== undefined
    ? { kind: 'sent', receipt: { messageId: id } }
    : {
        kind: 'fault',
        isUncertain: false,
        problem: {
          code: 'NTFY_INTERCEPTED',
          message: `What answered at ${host} is no ntfy server. Check the address in the connection.`,
          values: { host },
        },
      }

function refusal(status: number, { error = '' }: Said, host: string, topic: string): NodeError {
  if (status === 401 || status === 403)
    return new NodeError(
      'NTFY_FORBIDDEN',
      `${host} does not let this house write to the topic "${topic}". Check the access token in the connection.`,
      { field: 'token', values: { host, topic } },
    )
  if (status >= 300 && status < 400)
    return new NodeError(
      'NTFY_MOVED',
      `${host} sends on to another address, and redirects are not followed. Enter the new address in the connection.`,
      { field: 'server', values: { host } },
    )
  return new NodeError(
    'NTFY_REFUSED',
    `${host} refused the notification (${status}${error && `: ${error}`}). Check the topic and the address of the server.`,
    { values: { host, status: `${status}${error && `: ${error}`}` } },
  )
}
