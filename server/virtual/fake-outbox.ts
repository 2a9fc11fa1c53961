import type { Message } from '#kit/message.ts'
import type {
  Alarm,
  AlarmService,
  Answer,
  AnswerTaken,
  DeadLetterService,
  News,
  OutboxService,
  Parcel,
  Place,
  Post,
  PostDesk,
  Raise,
} from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'

/** An outbox that keeps what it is given, for a test to look at. Throws `refuse` where that is set. */
export class FakeOutbox implements OutboxService {
  readonly posts: { readonly from: Place; readonly post: Post }[] = []
  refuse: Error | undefined
  /** Told of each post. */
  onPost: ((index: number) => void) | undefined

  async post(from: Place, post: Post): Promise<void> {
    if (this.refuse) throw this.refuse
    const count = this.posts.push({ from, post: structuredClone(post) })
    this.onPost?.(count - 1)
  }

  /** The news that the nth post has been sent. */
  sent(at = this.posts.length - 1, changes: Partial<News & { kind: 'sent' }> = {}): News {
    const { target, keep } = this.#at(at)
    const what = { kind: 'sent', post: at + 1, target, keep: structuredClone(keep) } as const
    return { ...what, receipt: undefined, count: 1, mayBeDouble: false, ...changes }
  }

  /** The news that the nth post will not arrive. */
  failed(error: Sentence, at = this.posts.length - 1): News {
    const { target, keep } = this.#at(at)
    return { kind: 'failed', post: at + 1, target, keep: structuredClone(keep), error }
  }

  /** The nth post as a carrier would get it. */
  parcel(at = this.posts.length - 1, changes: Partial<Parcel> = {}): Parcel {
    const { target, body, urgency = 'normal', alarm } = this.#at(at)
    const from = this.posts[at]?.from ?? { flow: '', node: '' }
    const about = { number: at + 1, from, target, body, urgency, count: 1, at: 0 }
    return { ...about, mayBeDouble: false, ...(alarm !== undefined && { alarm }), ...changes }
  }

  #at(at: number): Post {
    const given = this.posts[at]
    if (!given) throw new Error(`there is no post ${at}`)
    return given.post
  }
}

/** What comes back from the world. `taken` is what the next answers are told. */
export class FakePostDesk implements PostDesk {
  readonly answers: Answer[] = []
  taken: AnswerTaken = { kind: 'taken' }
  readonly #known = new Map<string, unknown>()

  async answered(answer: Answer): Promise<AnswerTaken> {
    this.answers.push(answer)
    return this.taken
  }

  async remember(connection: string, key: string, value: unknown): Promise<void> {
    this.#known.set(`${connection} ${key}`, structuredClone(value))
  }

  recall(connection: string, key: string): unknown {
    return this.#known.get(`${connection} ${key}`)
  }
}

/** Alarms that stay as they are: a test tells the node its news itself. */
export class FakeAlarms implements AlarmService {
  readonly raised: Raise[] = []
  readonly acknowledged: { readonly key: string | undefined; readonly by: string }[] = []
  readonly closed: (string | undefined)[] = []

  async raise({ flow, node }: Place, raise: Raise): Promise<Alarm> {
    this.raised.push(raise)
    const { key, title } = raise
    const count = this.raised.filter((one) => one.key === key).length
    return { id: `alarm-${key}`, flow, node, key, title, state: 'open', since: 0, lastAt: 0, count, step: 0 }
  }

  async acknowledge(_place: Place, key: string | undefined, by: string): Promise<number> {
    this.acknowledged.push({ key, by })
    return 1
  }

  async close(_place: Place, key: string | undefined): Promise<number> {
    this.closed.push(key)
    return 1
  }
}

export class FakeDeadLetters implements DeadLetterService {
  readonly letters: {
    readonly place: Place
    readonly port: string
    readonly message: Message
    readonly error: Sentence
  }[] = []

  async giveUp(place: Place, port: string, message: Message, error: Sentence): Promise<void> {
    this.letters.push({ place, port, message, error })
  }
}
