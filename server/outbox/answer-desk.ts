import type { Clock } from '#kit/runtime/clock.ts'
import type { Answer, AnswerTaken } from '#kit/runtime/outbox.ts'
import type { OutboxStore, PostRow } from '../store/outbox-store.ts'
import type { NewsDesk } from './news-desk.ts'
import { about } from './post-news.ts'

export interface AnswerDeskOptions {
  readonly store: Pick<OutboxStore, 'findAnswer' | 'answer'>
  readonly clock: Clock
  readonly news: NewsDesk
  readonly rowOf: (post: number) => PostRow | undefined
  /** Who was first with an alarm: others may have been quicker, by another post of it. */
  readonly askAlarm: ((alarm: string, action: string, by: string) => Promise<AnswerTaken>) | undefined
  readonly log: (level: 'warn', text: string) => void
}

/** What a service may send along is cut to these lengths. */
const MOST = { action: 100, by: 200 } as const

/** Takes what people do with what was sent: on disk before it is told, and once for each post and action. */
export class AnswerDesk {
  readonly #options: AnswerDeskOptions
  /** On their way to the disk, by post and action. */
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(options: AnswerDeskOptions) {
    this.#options = options
  }

  async answered({ number, ...given }: Answer): Promise<AnswerTaken> {
    const answer = { number, action: given.action.slice(0, MOST.action), by: given.by.slice(0, MOST.by) }
    const name = `${number}/${answer.action}`
    for (let other = this.#underWay.get(name); other; other = this.#underWay.get(name)) await other
    const row = this.#options.rowOf(number)
    if (!row) return { kind: 'unknown' }
    const first = this.#options.store.findAnswer(number, answer.action)
    if (first) return await this.#asAlarmSays(row, answer, { kind: 'again', by: first.by })
    const writing = this.#write(row, answer)
    const settled = writing.catch(() => {}) // told to who has answered
    this.#underWay.set(name, settled)
    try {
      await writing
    } finally {
      this.#underWay.delete(name)
    }
    return await this.#asAlarmSays(row, answer, { kind: 'taken' })
  }

  async #write(row: PostRow, { number, action, by }: Answer): Promise<void> {
    const { clock, store, news } = this.#options
    const at = clock.now()
    const said = { kind: 'answered', ...about(row), action, by, at } as const
    const written = [
      ...(row.alarm === null ? [] : [news.write(row, said, row.alarm)]),
      ...(row.tells ? [news.write(row, said)] : []),
    ]
    await store.answer({ post: number, action, by, at }, written)
    for (const one of written) news.add(one)
  }

  /** The alarm knows better who was first. What keeps it from saying so keeps nobody's answer back: it is on disk. */
  async #asAlarmSays({ alarm }: PostRow, { action, by }: Answer, taken: AnswerTaken): Promise<AnswerTaken> {
    const { askAlarm, log } = this.#options
    if (alarm === null || !askAlarm) return taken
    try {
      const said = await askAlarm(alarm, action, by)
      return said.kind === 'unknown' || said.by === by ? taken : said
    } catch (error) {
      log('warn', `An alarm could not be asked who was first: ${error}`)
      return taken
    }
  }
}
