import { randomBytes } from 'node:crypto'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Alarm, AlarmNews, AlarmService, AnswerTaken, Place, Raise } from '#kit/runtime/outbox.ts'
import type { AlarmChange, AlarmFigures, AlarmStore, PendingNews, StoredAlarm } from '../store/store.ts'
import { Turns } from '../turns.ts'
import { acknowledged, closed, happened, keyOf, opened, quieted, raisedAgain, type Turn } from './course.ts'
import { Messenger, type MessengerOptions } from './messenger.ts'

export interface AlarmDeskOptions {
  readonly store: AlarmStore
  readonly clock: Clock
  /** Brings a node news; settles with it. `FLOW_NOT_RUNNING` where it cannot be told now. */
  readonly tell: MessengerOptions['tell']
  /** Something on the page of alarms is not as it was; a few times a second at most. */
  readonly onChange: () => void
  readonly warn: (text: string) => void
}

/** So many alarms of one node may stand at once: a key that differs with each message would fill the house. */
const MAX_STANDING = 1_000
/** What has ended is kept for so long, and so many of it. */
export const KEPT_MS = 90 * 24 * 60 * 60_000
const KEPT_MOST = 5_000
const PRUNE_EVERY_MS = 60 * 60_000
/** The clock of the machine may be set while a step is waited for: so often is looked again. */
const LOOK_EVERY_MS = 30_000
const RETRY_MS = 2_000
const CHANGE_EVERY_MS = 250
/** Longest name of who has done something. */
const MAX_NAME = 100

/**
 * The alarms of the house. What it answers is on disk; what happens by itself (steps, the end of a quiet time, the
 * closing) is planned by the clock, and what was missed while the house was closed is made up for one by one.
 */
export class AlarmDesk implements AlarmService, AsyncDisposable {
  readonly #options: AlarmDeskOptions
  readonly #store: AlarmStore
  readonly #clock: Clock
  readonly #messenger: Messenger
  /** What concerns the alarms of one node happens one after another. */
  readonly #turns = new Turns()
  #planned: Timer | undefined
  #change: Timer | undefined
  #pruning: Timer | undefined
  #looking: Promise<void> | undefined
  #isClosed = false

  constructor(options: AlarmDeskOptions) {
    this.#options = options
    this.#store = options.store
    this.#clock = options.clock
    const { clock, tell, warn } = options
    this.#messenger = new Messenger({
      ...{ clock, tell, warn },
      read: (news, isRepeated) => this.#newsOf(news, isRepeated),
      settle: (news) => this.#store.settle(news),
    })
  }

  /** Takes up what an earlier process has left: news that no node has settled, steps that are due. */
  start(): void {
    this.#messenger.send(this.#store.news(), { isRepeated: true })
    this.#plan()
    this.#prune()
    this.#pruning = this.#clock.every(PRUNE_EVERY_MS, () => this.#prune())
  }

  raise(place: Place, raise: Raise): Promise<Alarm> {
    return this.#inTurn(place, async () => {
      const { message } = raise
      const key = keyOf(raise)
      const known = message['repeated'] === true ? this.#store.raisedBy(place, key, message.id) : undefined
      if (known) return show(known)
      const [standing] = this.#store.standing(place, key)
      if (!standing && this.#store.countStanding(place) >= MAX_STANDING) throw tooMany()
      const now = this.#clock.now()
      const turn = standing
        ? raisedAgain(standing, raise, now)
        : opened(randomBytes(9).toString('base64url'), place, raise, now)
      await this.#save([{ ...turn, message }])
      return show(turn.alarm)
    })
  }

  acknowledge(place: Place, key: string | undefined, by: string): Promise<number> {
    return this.#changeAll(place, key, (alarm, now) => acknowledged(alarm, nameOf(by), now))
  }

  close(place: Place, key: string | undefined): Promise<number> {
    return this.#changeAll(place, key, (alarm, now) => closed(alarm, undefined, now))
  }

  /** What somebody did with an alarm, by a button on their phone or on the page of alarms. Who was first stays. */
  async answered(id: string, action: string, by: string): Promise<AnswerTaken> {
    const does = actions.get(action)
    const found = this.#store.get(id)
    if (!does || !found) return { kind: 'unknown' }
    return this.#inTurn(found, async () => {
      const alarm = this.#store.get(id)
      if (!alarm) return { kind: 'unknown' }
      const turn = does.turn(alarm, nameOf(by), this.#clock.now())
      if (turn) await this.#save([turn])
      const first = turn ? nameOf(by) : does.first(alarm)
      return { kind: turn ? 'taken' : 'again', ...(first !== undefined && { by: first }) }
    })
  }

  get(id: string): StoredAlarm | undefined {
    return this.#store.get(id)
  }

  /** The newest first. */
  list(states: readonly Alarm['state'][], limit: number): readonly StoredAlarm[] {
    return this.#store.list({ states, limit })
  }

  figures(): AlarmFigures {
    return this.#store.figures()
  }

  /** The flow was deleted, and its alarms with it. */
  forget(flow: string): void {
    this.#messenger.forget(flow)
    this.#changed()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    for (const timer of [this.#planned, this.#change, this.#pruning]) timer?.cancel()
    this.#messenger[Symbol.dispose]()
    await this.#looking
  }

  #inTurn<Result>({ flow, node }: Place, command: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(`${flow}/${node}`, command)
  }

  #changeAll(
    place: Place,
    key: string | undefined,
    change: (alarm: StoredAlarm, now: number) => Turn | undefined,
  ): Promise<number> {
    return this.#inTurn(place, async () => {
      const now = this.#clock.now()
      const standing = this.#store.standing(place, key === undefined ? undefined : keyOf({ key }))
      const turns = standing.flatMap((alarm) => change(alarm, now) ?? [])
      if (turns.length > 0) await this.#save(turns)
      return turns.length
    })
  }

  async #save(changes: readonly AlarmChange[]): Promise<void> {
    const news = await this.#store.save(changes)
    if (this.#isClosed) return
    this.#messenger.send(news)
    this.#plan()
    this.#changed()
  }

  /** Looks again when the next thing is due. */
  #plan(): void {
    if (this.#isClosed || this.#looking) return
    this.#planned?.cancel()
    const dueAt = this.#store.nextDue()
    this.#planned = undefined
    if (dueAt === undefined) return
    this.#lookAfter(Math.min(Math.max(0, dueAt - this.#clock.now()), LOOK_EVERY_MS))
  }

  #lookAfter(ms: number): void {
    this.#planned = this.#clock.after(ms, () => {
      this.#looking = this.#lookOrWarn().then((isDone) => {
        this.#looking = undefined
        if (isDone) this.#plan()
        else if (!this.#isClosed) this.#lookAfter(RETRY_MS)
      })
    })
  }

  /** Answers whether what is due has happened. */
  async #lookOrWarn(): Promise<boolean> {
    try {
      return await this.#look()
    } catch (error) {
      this.#options.warn(`What is due of alarms could not be recorded: ${error}`)
      return false
    }
  }

  /** Takes one step of each alarm for which something is due. */
  async #look(): Promise<boolean> {
    const due = this.#store.due(this.#clock.now())
    const taken = await Promise.all(
      due.map((found) =>
        this.#inTurn(found, async () => {
          const alarm = this.#store.get(found.id)
          const turn = alarm && happened(alarm, this.#clock.now())
          if (turn) await this.#save([turn])
          return turn !== undefined
        }),
      ),
    )
    return taken.length === 0 || taken.includes(true)
  }

  /** As a node gets it: with a message of its own, which has the same id whenever this is told. */
  #newsOf(news: PendingNews, isRepeated: boolean): AlarmNews | undefined {
    const found = this.#store.readNews(news)
    if (!found) return undefined
    const { repeated, ...message } = found.message
    const isDoubtful = repeated === true && isOfRaise(news, found.alarm)
    const id = `${message.id.split('~', 1)[0]}~${news.alarm}-${news.number}`
    return {
      kind: 'alarm',
      event: news.event,
      step: news.step,
      alarm: show(found.alarm),
      message: {
        ...message,
        payload: message.payload,
        id,
        ...((isRepeated || isDoubtful) && { repeated: true }),
      },
    }
  }

  #prune(): void {
    this.#store.prune(this.#clock.now() - KEPT_MS, KEPT_MOST).then(
      (count) => count > 0 && this.#changed(),
      (error: unknown) => this.#options.warn(`Old alarms could not be removed: ${error}`),
    )
  }

  /** Many changes at once are one. */
  #changed(): void {
    if (this.#isClosed) return
    this.#change ??= this.#clock.after(CHANGE_EVERY_MS, () => {
      this.#change = undefined
      this.#options.onChange()
    })
  }
}

interface Action {
  turn(alarm: StoredAlarm, by: string, now: number): Turn | undefined
  /** Who was first. */
  first(alarm: StoredAlarm): string | undefined
}

/** Whether a step was told because of the message, not by the clock. Where that one came again, this may have, too. */
const isOfRaise = ({ event, step }: PendingNews, { step: last, toldAt, lastAt }: StoredAlarm): boolean =>
  event === 'step' && step === last && toldAt === lastAt

/** What a person can do with an alarm. */
const actions: ReadonlyMap<string, Action> = new Map([
  [
    'acknowledge',
    {
      turn: acknowledged,
      first: ({ acknowledgedBy, closedBy }: StoredAlarm) => acknowledgedBy ?? closedBy,
    },
  ],
  [
    'quiet',
    {
      turn: quieted,
      first: ({ quietBy, acknowledgedBy, closedBy }: StoredAlarm) => quietBy ?? acknowledgedBy ?? closedBy,
    },
  ],
  ['close', { turn: closed, first: ({ closedBy }: StoredAlarm) => closedBy }],
])

const nameOf = (by: string): string => by.trim().slice(0, MAX_NAME).toWellFormed() || '?'

/** Without what drives it. */
function show(alarm: StoredAlarm): Alarm {
  const { id, flow, node, key, title, state, since, lastAt, count, step } = alarm
  const { acknowledgedBy, acknowledgedAt, quietUntil } = alarm
  return {
    ...{ id, flow, node, key, title, state, since, lastAt, count, step },
    ...(acknowledgedBy !== undefined && { acknowledgedBy }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt }),
    ...(quietUntil !== undefined && { quietUntil }),
  }
}

const tooMany = (): NodeError =>
  new NodeError(
    'ALARMS_TOO_MANY',
    `${MAX_STANDING} alarms of this node stand already. Close some, or choose a key that is the same for messages of the same thing.`,
    { values: { limit: MAX_STANDING } },
  )
