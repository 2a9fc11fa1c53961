import type { Message } from '../message.ts'
import type { Due } from './due-list.ts'
import type { NodeState } from './implement-node.ts'
import { fromStored, toStored } from './stored-value.ts'
import { sumOf } from './sum-of.ts'

/** Where held messages stand in a node's state: the prefix, and the number in base 36. */
const HELD = 'held:'

export const keyOf = (number: number): string => `${HELD}${number.toString(36)}`
const numberOf = (key: string): number => Number.parseInt(key.slice(HELD.length), 36)

/** Messages that the inbox keeps have ids that begin so: those may come again. */
const mayComeAgain = ({ id }: Message): boolean => id.startsWith('k')

/** A held message as it stands in the state. */
interface StoredMessage {
  /** The type of the node that held it. */
  readonly as: string
  readonly port: string
  readonly since: number
  readonly dueAt?: number
  readonly hasBegun?: true
  readonly tries?: number
  readonly end?: string
  /** As `toStored` made it. */
  readonly message: unknown
}

/** How a message is held, by whom. */
interface Circumstances {
  readonly number: number
  readonly as: string
  readonly port: string
  readonly since: number
  readonly dueAt: number | undefined
  readonly hasSender?: boolean
  /** Of the id under which it leaves; the number if not given. */
  readonly end?: string | undefined
}

/** A message that waits, and the promise of its sender. In the state it stands as an object that becomes JSON when it is written. */
export class HeldMessage implements Due {
  readonly number: number
  readonly as: string
  readonly port: string
  readonly since: number
  message: Message
  dueAt: number | undefined
  lookAt: number | undefined
  order: number
  /** It was held before this thread began, by another clock perhaps. */
  isFromBefore = false
  /** It is on its way out, now. */
  isLeaving = false
  /** It has been on its way out before: whoever is behind the node may know it. */
  hasBegun = false
  /** How often that has failed. */
  tries = 0
  /** It is on disk: its sender need not keep it. */
  isKept = false
  /** It cannot be stored: its sender waits until it has left. */
  isInMemoryOnly = false
  /** The node is gone: should its release fail, there is nobody to try again. */
  isAbandoned = false
  /** Its sender still has it while it is not on disk; what the node has made itself, nobody has. */
  readonly hasSender: boolean
  sender = Promise.withResolvers<void>()
  #end: string | undefined
  #onUnstorable: (problem: string) => void = () => {}

  constructor(message: Message, { number, as, port, since, dueAt, hasSender = true, end }: Circumstances) {
    this.message = message
    this.number = number
    this.order = number
    this.as = as
    this.port = port
    this.since = since
    this.dueAt = dueAt
    this.hasSender = hasSender
    this.#end = end
  }

  /** As a node's state has it; `undefined` for what is no held message, or none that can be read. */
  static read(key: string, stored: unknown): HeldMessage | undefined {
    if (stored instanceof HeldMessage) return stored
    if (!key.startsWith(HELD) || typeof stored !== 'object' || stored === null || !('as' in stored))
      return undefined
    const { as, port, since, dueAt, hasBegun, tries, end, message } = stored as StoredMessage
    const held = new HeldMessage(fromStored(message) as Message, {
      ...{ number: numberOf(key), as, port, since, dueAt, end },
    })
    held.hasBegun = hasBegun ?? false
    held.tries = tries ?? 0
    held.isFromBefore = true
    held.#nowKept()
    return held
  }

  /** Settles for its sender when it is on disk, or gone before that. */
  get kept(): Promise<void> {
    return this.sender.promise
  }

  /** Puts a newer message in its place, which settles the older one. */
  replace(message: Message, end: string | undefined): void {
    this.sender.resolve()
    this.message = message
    this.#end = end
    this.isKept = false
    this.isInMemoryOnly = false
    this.sender = Promise.withResolvers()
  }

  /** Writes it into the state, and lets the sender go once that is on disk. */
  keepIn(state: NodeState, onUnstorable: (problem: string) => void): void {
    const { sender } = this
    this.#onUnstorable = onUnstorable
    state.set(keyOf(this.number), this)
    if (!this.isKept)
      state.kept().then(
        () => {
          if (this.sender === sender && !this.isInMemoryOnly) this.#nowKept()
        },
        (error: unknown) => onUnstorable(String(error)),
      )
  }

  /** Answers how the sender's wait ends: it is gone. */
  fail(error: Error): void {
    this.sender.promise.catch(() => 'whoever waits for it knows')
    this.sender.reject(error)
  }

  /** What leaves: under an id that no other message has, and the same whenever this one leaves again. */
  outgoing(): Message {
    const [source] = this.message.id.split('~', 1)
    const message = { ...this.message, id: `${source}~${this.#end ?? this.number.toString(36)}` }
    return this.hasBegun ? { ...message, repeated: true } : message
  }

  /** Whether a message that comes again is this one. */
  isSame(message: Message): boolean {
    return isEqual(this.message, message)
  }

  toJSON(): StoredMessage | null {
    try {
      return {
        ...{ as: this.as, port: this.port, since: this.since },
        ...(this.dueAt !== undefined && { dueAt: this.dueAt }),
        ...(this.hasBegun && { hasBegun: true }),
        ...(this.tries > 0 && { tries: this.tries }),
        ...(this.#end !== undefined && { end: this.#end }),
        message: toStored(this.message),
      }
    } catch (error) {
      this.isInMemoryOnly = true
      this.#onUnstorable(error instanceof Error ? error.message : String(error))
      return null
    }
  }

  #nowKept(): void {
    this.isKept = true
    this.sender.resolve()
  }
}

function isEqual(one: Message, other: Message): boolean {
  if (one.id !== other.id) return false
  const sum = sumOf(one)
  return sum !== undefined && sum === sumOf(other)
}

interface LeftMessage {
  /** Its id. */
  readonly was: string
  readonly sum: string | undefined
  readonly at: number
}

/** How long, in milliseconds, and how many of those that have left are known: their senders may let them go a little later. */
const KNOWN_FOR_MS = 600_000
const MOST_KNOWN = 1_000

/** Messages that have left lately. In the state each stands where it stood while it waited. */
export class Lately {
  readonly #state: NodeState
  readonly #clock: { now(): number }
  /** By number, oldest first. */
  readonly #left = new Map<number, LeftMessage>()
  /** Of those that were never on disk; oldest first. */
  readonly #seen = new Set<Message>()

  constructor(state: NodeState, clock: { now(): number }) {
    this.#state = state
    this.#clock = clock
  }

  load(): void {
    const stored = Object.entries(this.#state.entries()).filter(([key]) => key.startsWith(HELD))
    for (const [key, value] of stored)
      if (value === null)
        this.#state.set(key, undefined) // it could not be stored
      else if (typeof value === 'object' && 'was' in value)
        this.#left.set(numberOf(key), value as LeftMessage)
  }

  has(message: Message): boolean {
    for (const { was, sum } of this.#left.values())
      if (was === message.id && sum !== undefined && sum === sumOf(message)) return true
    for (const seen of this.#seen) if (isEqual(seen, message)) return true
    return false
  }

  /** It has left, or another has taken its place, and its sender may let it go a little later. */
  note(message: Message): void {
    if (!mayComeAgain(message)) return
    this.#seen.add(message)
    if (this.#seen.size <= MOST_KNOWN) return
    const [oldest] = this.#seen
    if (oldest) this.#seen.delete(oldest)
  }

  /** The same for one that stands in the state: there it is noted, for the next process as well. */
  add({ number, message, isKept }: HeldMessage): void {
    this.#forgetOldest()
    if (!isKept || !mayComeAgain(message)) {
      this.note(message)
      this.#state.set(keyOf(number), undefined)
      return
    }
    const left: LeftMessage = { was: message.id, sum: sumOf(message), at: this.#clock.now() }
    this.#left.set(number, left)
    this.#state.set(keyOf(number), left)
  }

  #forgetOldest(): void {
    const now = this.#clock.now()
    for (const [number, { at }] of this.#left) {
      if (this.#left.size < MOST_KNOWN && now - at < KNOWN_FOR_MS) return
      this.#left.delete(number)
      this.#state.set(keyOf(number), undefined)
    }
  }
}
