import type { Message } from '#kit/message.ts'
import { copyValue } from './copy-value.ts'
import type { FunctionContext } from './function-context.ts'
import { Refusal } from './refusal.ts'
import { Sender } from './sender.ts'

/** What a function returned: a message for its first output, or one for each of several. */
export type Outgoing = Message | readonly (Message | undefined)[] | undefined

const MAX_MESSAGES = 1_000
const MAX_LOGS = 100
const MAX_EMITTED_BYTES = 64 * 1024 * 1024

/** The message that a run handles, as far as what comes of it continues it. */
export interface Cause {
  readonly id: string
  /** It may have had its effects before. */
  readonly repeated: boolean
}

/** Without the message itself, which the run may outlive. */
export const causeOf = ({ id, repeated }: Message): Cause => ({ id, repeated: repeated === true })

/** One run of user code: a call, the set-up, a timer, the tear-down. It is over when what it returned has settled. */
export class FunctionRun extends Sender {
  /** The message that is handled: what is sent without an id of its own continues it. */
  readonly cause: Cause | undefined
  isOver = false
  /** State that was set; kept only if the run succeeds. */
  changes: Map<string, unknown> | undefined
  #emitted = 0
  #logs = 0

  constructor(cause: Cause | undefined) {
    super()
    this.cause = cause
  }

  set(key: string, value: unknown): void {
    this.changes ??= new Map()
    this.changes.set(key, value)
  }

  /** Counts a message and copies it: the function goes on and may change what it gave. */
  take(value: unknown): Record<string, unknown> {
    if (++this.#emitted > MAX_MESSAGES) throw new Refusal(`A call may emit ${MAX_MESSAGES} messages at most.`)
    refuseUnlessMessage(value, 'emit() was given')
    const limits = { name: 'The message', maxBytes: MAX_EMITTED_BYTES }
    return copyValue(value, 'message', limits) as Record<string, unknown>
  }

  /** Whether one more line may be logged. */
  takesLog(): boolean {
    return ++this.#logs <= MAX_LOGS
  }
}

export const afterTheEnd = (what: string): Refusal =>
  new Refusal(`${what} was called after the function had ended. Await what the function starts.`)

/** Checks what a function returned, and turns it into messages of the host; payloads are handed over as they are. */
export function outgoingOf(
  returned: unknown,
  outputs: number,
  cause: Cause | undefined,
  copy: FunctionContext['copy'],
): Outgoing {
  if (returned === undefined || returned === null) return undefined
  if (!Array.isArray(returned)) return messageOf(returned, cause, copy, 'The function returned')
  if (returned.length > outputs)
    throw new Refusal(
      `The function returned ${returned.length} entries, but the node has ${outputs} output${outputs === 1 ? '' : 's'}. An array has one entry for each output; use emit() to send several messages to one.`,
    )
  const messages: (Message | undefined)[] = []
  for (let index = 0; index < returned.length; index++) {
    const entry: unknown = returned[index]
    const isNone = entry === undefined || entry === null
    const where = `Entry ${index + 1} of the returned array is`
    messages.push(isNone ? undefined : messageOf(entry, cause, copy, where))
  }
  return messages
}

function messageOf(
  value: unknown,
  cause: Cause | undefined,
  copy: FunctionContext['copy'],
  where: string,
): Message {
  refuseUnlessMessage(value, where)
  return asMessage(copy(value), cause)
}

/** A message as it leaves: unless it has an id of its own, it continues the one that came in. */
export function asMessage(record: Record<string, unknown>, cause: Cause | undefined): Message {
  for (const key in record) {
    if (key === '__proto__') delete record[key]
    const value = record[key]
    if (isUnfit(value))
      throw new Refusal(`message.${key} is a ${typeof value}, which cannot travel in a message.`)
  }
  const { topic, payload } = record
  if (typeof payload === 'object' && payload !== null && isPromise(payload))
    throw new Refusal('message.payload is a promise. Await it: { payload: await … }.')
  if (topic === undefined) {
    if ('topic' in record) delete record['topic']
  } else if (typeof topic !== 'string') throw new Refusal('The topic of a message is text.')
  if (typeof record['id'] !== 'string' || record['id'] === '') record['id'] = cause?.id ?? ''
  if (cause?.repeated) record['repeated'] ??= true
  return record as unknown as Message
}

/** Ports count from 1 for users, from 0 here; or are called by their names. */
export function portIndex(port: unknown, outputs: number, names: readonly string[]): number {
  const named = typeof port === 'string' && port !== '' ? names.indexOf(port) : -1
  if (named >= 0) return named
  let number = typeof port === 'number' ? port : Number.NaN
  if (port === 'out') number = 1
  else if (typeof port === 'string') number = Number(/^out([1-9])$/.exec(port)?.[1])
  if (Number.isInteger(number) && number >= 1 && number <= outputs) return number - 1
  throw new Refusal(
    `emit() was asked for port ${String(port).slice(0, 20)}, but there are ports 1 to ${outputs}. Ports count from 1.`,
  )
}

function refuseUnlessMessage(value: unknown, where: string): asserts value is Record<string, unknown> {
  const isRecord =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
  if (isRecord && 'payload' in value) return
  throw new Refusal(
    `${where} ${describe(value)}. A message is an object with a payload: { payload: 21.5 }, or { ...message, payload: 21.5 }.`,
  )
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`
  if (typeof value === 'object') return 'an object without a payload'
  return typeof value === 'function' ? 'a function' : `${typeof value} ${String(value).slice(0, 40)}`
}

/** What cannot travel. */
const isUnfit = (value: unknown): boolean => typeof value === 'function' || typeof value === 'symbol'
const isPromise = (value: object): boolean => 'then' in value && typeof value.then === 'function'
