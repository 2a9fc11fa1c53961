import type { Message } from '../message.ts'
import type { Sentence } from '../sentence.ts'

/** An alarm overtakes whatever else waits for the same connection. */
export type Urgency = 'alarm' | 'normal' | 'low'

/** Something that is to leave the house, as a node gives it to the outbox. */
export interface Post<Body = unknown> {
  /** The connection that is to send it; its `Carrier` knows what the body means. */
  readonly connection: string
  /** Within a connection, what has the same target leaves in order: a chat, an address, a topic. */
  readonly target: string
  /** Plain values and bytes, at most 12 MB. Holds no secret: those stay with the connection. */
  readonly body: Body
  /** One line that tells a person what it is. */
  readonly title: string
  /** The message it comes of. When that runs again after a crash, the same post is recognised. */
  readonly cause: Message
  /** `normal` if not given. */
  readonly urgency?: Urgency
  /** Milliseconds after which it is worth nothing any more. */
  readonly expiresAfterMs?: number
  /** Never again after a try whose end nobody knows: for what must not happen twice. */
  readonly atMostOnce?: boolean
  /** Posts of one node to one target that wait under the same key become one, which says how many they were. */
  readonly fold?: string
  /** The alarm that it tells of. */
  readonly alarm?: string
  /** Comes back with the news of it; plain values. */
  readonly keep?: unknown
}

/** Where nodes give what is to leave the house. */
export interface OutboxService {
  /** Resolves once it is safely on disk. Rejects with a `NodeError` (`OUTBOX_FULL`, `DISK_FULL`, `POST_INVALID`). */
  post(sender: Place, post: Post): Promise<void>
}

/** A node of a flow. */
export interface Place {
  readonly flow: string
  readonly node: string
}

/** What a connection's carrier gets to send. */
export interface Parcel<Body = unknown> {
  /** Rises with each post of the house. */
  readonly number: number
  readonly from: Place
  readonly target: string
  readonly body: Body
  readonly urgency: Urgency
  /** How many equal posts it stands for; 1 for one. */
  readonly count: number
  /** Milliseconds since 1970: when the first of them was posted. */
  readonly at: number
  /** It may have arrived before: an earlier try ended without an answer, or its message came again. */
  readonly mayBeDouble: boolean
  readonly alarm?: string
}

/** How one try ended. A try that throws has failed for good; a `NodeError` says why. */
export type Tried =
  | { readonly kind: 'sent'; readonly receipt?: unknown }
  /** The other end asks for a pause: exactly this long, for this target or for the whole connection. */
  | { readonly kind: 'pause'; readonly ms: number; readonly of: 'target' | 'connection' }
  /** The network or the other end failed; the next try follows after a growing wait. `isUncertain`: it may have arrived. */
  | { readonly kind: 'fault'; readonly problem: Sentence; readonly isUncertain: boolean }

/** So many at once, and then one per interval. */
export interface Pace {
  readonly burst: number
  readonly intervalMs: number
}

/** Sends what a connection has in the outbox. The outbox keeps order, pace, waits and tries; a carrier makes one try. */
export interface Carrier {
  /** For the whole connection. */
  readonly pace?: Pace
  /** For one target. */
  paceOf?(target: string): Pace | undefined
  send(parcel: Parcel): Promise<Tried>
}

/** What a person did with something that was sent: pressed a button, opened it. */
export interface Answer {
  /** Of the parcel. */
  readonly number: number
  /** `acknowledge`, `quiet`, or what the node gave its button. */
  readonly action: string
  /** Who it was, as people call them. */
  readonly by: string
}

/** How an answer was taken. */
export interface AnswerTaken {
  /** `unknown`: nobody knows this parcel any more. `again`: somebody has done the same before. */
  readonly kind: 'taken' | 'again' | 'unknown'
  /** Who was first. */
  readonly by?: string
}

/** Where connections bring what comes back from the world. */
export interface PostDesk {
  /** Resolves when it is safely on disk; it reaches the alarm and the node that had posted, also after a crash. */
  answered(answer: Answer): Promise<AnswerTaken>
  /** Values of a connection that last, JSON only: the offset of a poll, what was edited last. On disk when it resolves. */
  remember(connection: string, key: string, value: unknown): Promise<void>
  recall(connection: string, key: string): unknown
}

/** What the house tells a node. It is told again until the node has settled it, also after a crash. */
export type News =
  | (PostNews & {
      readonly kind: 'sent'
      readonly receipt: unknown
      readonly count: number
      readonly mayBeDouble: boolean
    })
  /** It will not arrive: refused for good, expired, or nobody knows whether it did. */
  | (PostNews & { readonly kind: 'failed'; readonly error: Sentence })
  | (PostNews & {
      readonly kind: 'answered'
      readonly action: string
      readonly by: string
      readonly at: number
    })
  | AlarmNews

interface PostNews {
  /** Number of the post. */
  readonly post: number
  readonly target: string
  /** What the post had under `keep`. */
  readonly keep: unknown
  /** It may have been told before: what is sent on because of it should be `repeated`, too. */
  readonly repeated?: true
}

/** Of an alarm that this node has raised. */
export interface AlarmNews {
  readonly kind: 'alarm'
  /** `step`: it is time to tell the next one. */
  readonly event: 'step' | 'acknowledged' | 'quiet' | 'closed'
  /** Counts from 0. */
  readonly step: number
  readonly alarm: Alarm
  /** The message that raised it last. */
  readonly message: Message
}

export interface Alarm {
  readonly id: string
  readonly flow: string
  readonly node: string
  /** Alarms of one node with the same key are one, until it is closed. */
  readonly key: string
  readonly title: string
  readonly state: 'open' | 'acknowledged' | 'closed'
  /** Milliseconds since 1970. */
  readonly since: number
  readonly lastAt: number
  /** How often it was raised. */
  readonly count: number
  /** The last step that was taken; -1 before the first. */
  readonly step: number
  readonly acknowledgedBy?: string
  readonly acknowledgedAt?: number
  /** Until then nobody is told of it. */
  readonly quietUntil?: number
}

/** What a node says of an alarm that it raises. */
export interface Raise {
  readonly key: string
  readonly title: string
  readonly message: Message
  /** Milliseconds from the opening to each step, rising; the first is usually 0. */
  readonly stepsAtMs: readonly number[]
  /**
   * While it is open and somebody has been told, the current step comes again when it is raised again, at most once
   * in so many milliseconds; 0: each time. Without it, not at all.
   */
  readonly repeatAfterMs?: number
  /** Closes it by itself so many milliseconds after it was acknowledged. Without it, it stays until it is closed. */
  readonly closeAfterMs?: number
}

/** The alarms of the house. Whatever it answers is on disk. */
export interface AlarmService {
  /**
   * Opens an alarm, or counts one up that is not closed. One that is acknowledged counts on and tells nobody. A message
   * that runs again (`repeated`) counts once. Steps come as news, with messages that have ids of their own.
   */
  raise(place: Place, raise: Raise): Promise<Alarm>
  /** Acknowledges the open alarms of a node, or the one with this key. Answers how many they were. */
  acknowledge(place: Place, key: string | undefined, by: string): Promise<number>
  /** What was wrong is right again. */
  close(place: Place, key: string | undefined): Promise<number>
}

/** Where a message goes that cannot be handled, for a person to look at. */
export interface DeadLetterService {
  /** Gives up a message that was to leave this node by this port. Resolves once it is safely on disk. */
  giveUp(place: Place, port: string, message: Message, error: Sentence): Promise<void>
}
