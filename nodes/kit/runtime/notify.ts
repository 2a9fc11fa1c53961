import type { AnyNodeDefinition } from '../define-node.ts'
import type { Message } from '../message.ts'
import { type Sentence, sentenceOf } from '../sentence.ts'
import type { NodeContext, Settlement } from './implement-node.ts'
import { NodeError } from './node-error.ts'
import type { News, Post, Urgency } from './outbox.ts'

/** What a node gives away to be sent; the rest of the post follows from its config and its message. */
export interface Notice {
  readonly connection: string
  readonly target: string
  readonly body: unknown
  readonly title: string
  /** Properties that the message has when it leaves by `out`, sent. */
  readonly adds?: Readonly<Record<string, unknown>>
}

/** Settings by `noticeFields`. */
interface NoticeConfig {
  readonly urgency: Urgency
  /** 0: never. */
  readonly expiresAfterMs: number
}

interface Kept {
  readonly message: Message
  readonly adds?: Readonly<Record<string, unknown>>
}

/**
 * The part that nodes have in common which send something out of the house. A message is settled when its posts are
 * on disk. Once one has been sent, the message leaves by `out`, with what the receipt says; when it will never be,
 * by `error`. Both may come after a restart.
 */
export class Notifier {
  readonly #context: NodeContext<AnyNodeDefinition>
  readonly #config: NoticeConfig
  #waiting = 0
  #sent = 0

  constructor(context: NodeContext<AnyNodeDefinition>, config: NoticeConfig) {
    this.#context = context
    this.#config = config
  }

  /** Resolves when it is safely on disk. A warning says what is not as the person wanted it; it is sent all the same. */
  async post(message: Message, notice: Notice, warning?: Sentence): Promise<void> {
    const { adds, ...what } = notice
    const { urgency, expiresAfterMs } = this.#config
    const keep: Kept = { message, ...(adds && { adds }) }
    const post: Post = {
      ...what,
      cause: message,
      urgency,
      keep,
      ...(expiresAfterMs > 0 && { expiresAfterMs }),
    }
    this.#waiting++
    try {
      await this.#context.post(post)
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

  #leave({ keep, receipt, mayBeDouble }: News & { readonly kind: 'sent' }): Settlement {
    const { message, adds } = keep as Kept
    this.#settled()
    this.#sent++
    this.#showWaiting()
    return this.#context.emit('out', { ...message, ...adds, ...(receipt as object | undefined), mayBeDouble })
  }

  async #fail({ keep, error }: News & { readonly kind: 'failed' }): Promise<void> {
    const failure = NodeError.of(error)
    this.#settled()
    try {
      await this.#context.fail(failure, (keep as Kept).message)
    } catch (thrown) {
      // Nobody takes it: it shows at the node, and told again it would show no more than that.
      if (thrown !== failure) throw thrown
    }
  }

  /** What was posted before a restart is not counted here. */
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
