import type { AnyNodeDefinition } from '../define-node.ts'
import type { Message } from '../message.ts'
import { type Sentence, sentenceOf } from '../sentence.ts'
import type { NodeContext, Settlement } from './implement-node.ts'
import { keptMessage } from './kept-message.ts'
import type { News, Post, Urgency } from './outbox.ts'
import { again, undelivered } from './undelivered.ts'

/** What a node gives away to be sent; the rest of the post follows from its config and its message. */
export interface Notice {
  readonly connection: string
  readonly target: string
  readonly body: unknown
  readonly title: string
  /** What people read: the payload of the message when it leaves by `out`. Without it the payload stays. */
  readonly text?: string
  /** More properties that the message has then. Small: they come back with the news. */
  readonly adds?: Readonly<Record<string, unknown>>
}

/** Settings by `noticeFields`. */
interface NoticeConfig {
  readonly urgency: Urgency
  /** 0: as the outbox has it. */
  readonly expiresAfterMs: number
}

/** What comes back with the news of a post. */
interface Kept {
  readonly message: Message
  readonly adds: Readonly<Record<string, unknown>>
}

/** Of the text that was sent; a whole report need not come back. */
const MOST_TEXT = 20_000

/**
 * The part that nodes have in common which send something out of the house. A message is settled when its posts are
 * on disk. Once one has been sent, the message leaves by `out`, with what the receipt says; when it will never be,
 * by `error`. Both may come after a restart.
 */
export class Notifier {
  readonly #context: NodeContext<AnyNodeDefinition>
  readonly #config: NoticeConfig
  /** Posts of this run whose news has not come. */
  #waiting = 0
  #sent = 0

  constructor(context: NodeContext<AnyNodeDefinition>, config: NoticeConfig) {
    this.#context = context
    this.#config = config
  }

  /** Resolves when it is safely on disk. A warning says what is not as the person wanted it; it is sent all the same. */
  async post(message: Message, notice: Notice, warning?: Sentence): Promise<void> {
    this.#waiting++
    try {
      await this.#context.post(this.#postOf(message, notice))
    } catch (error) {
      this.#waiting--
      throw error
    }
    if (warning) this.#warn(warning)
    else this.#showWaiting()
  }

  /** For the node's `told`. */
  told(news: News): Settlement {
    if (news.kind === 'sent') return this.#leave(news)
    if (news.kind === 'failed') return this.#fail(news)
  }

  #postOf(message: Message, { text, adds, ...what }: Notice): Post {
    const { urgency, expiresAfterMs } = this.#config
    const alarm = alarmOf(message)
    const keep: Kept = {
      message: keptMessage(message, (text ?? what.title).slice(0, MOST_TEXT)),
      adds: { ...adds, ...(text !== undefined && { payload: text.slice(0, MOST_TEXT) }) },
    }
    return {
      ...what,
      cause: message,
      urgency,
      keep,
      ...(expiresAfterMs > 0 && { expiresAfterMs }),
      ...(alarm !== undefined && { alarm }),
    }
  }

  #leave(news: Extract<News, { readonly kind: 'sent' }>): Settlement {
    const { receipt, mayBeDouble } = news
    const { message, adds } = news.keep as Kept
    this.#settled()
    this.#sent++
    this.#showWaiting()
    const added = { ...again(news), ...adds, ...(receipt as object | undefined), mayBeDouble }
    return this.#context.emit('out', { ...message, ...added })
  }

  async #fail(news: Extract<News, { readonly kind: 'failed' }>): Promise<void> {
    this.#settled()
    this.#context.status('error', news.error)
    await undelivered(this.#context, news, (news.keep as Kept).message)
  }

  #settled(): void {
    this.#waiting = Math.max(0, this.#waiting - 1)
  }

  #warn(warning: Sentence): void {
    this.#context.log('warn', sentenceOf(warning))
    this.#context.status('warn', sentenceOf(warning))
  }

  #showWaiting(): void {
    const { status } = this.#context
    if (this.#waiting > 0) status('busy', waiting(this.#waiting))
    else status('ok', sent(this.#sent))
  }
}

/** The alarm that an `alarm` node has put into a message. */
function alarmOf({ alarm }: Message): string | undefined {
  const id = typeof alarm === 'object' && alarm !== null && 'id' in alarm ? alarm.id : undefined
  return typeof id === 'string' ? id : undefined
}

const waiting = (count: number): Sentence => ({
  code: 'NOTICE_WAITING',
  message: `${count} on the way`,
  values: { count },
})
const sent = (count: number): Sentence => ({
  code: 'NOTICE_SENT',
  message: `${count} sent`,
  values: { count },
})
