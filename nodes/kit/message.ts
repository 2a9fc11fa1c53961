/**
 * What travels along a wire. Read-only and shared by reference: a node that changes something
 * spreads it into a new one and keeps the `id`, so that a message can be followed through a flow.
 */
export interface Message<Payload = unknown> {
  readonly id: string
  readonly topic?: string
  readonly payload: Payload
  readonly [property: string]: unknown
}

/** A message that has no id yet: what a source builds, and what a person pokes into a node. */
export type MessageDraft = Omit<Message, 'id'> & { readonly id?: string | undefined }

type ReadProperty = (message: unknown) => unknown

/** Nodes that look at the same property share its reader. */
const readers = new Map<string, ReadProperty>()
const MOST_READERS = 1_000

/**
 * Makes a reader of a property by its path, `payload.temperature` or `payload.values[0]`; it answers
 * `undefined` where the path ends early.
 */
export function compileProperty(path: string): ReadProperty {
  const known = readers.get(path)
  if (known) return known
  const reader = readerOf(path)
  if (readers.size >= MOST_READERS) readers.clear()
  readers.set(path, reader)
  return reader
}

/** Most paths have one key or two, and are read for every message. */
function readerOf(path: string): ReadProperty {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  const [first, second] = keys
  if (first === undefined) return (message) => message
  if (second === undefined) return (message) => ownProperty(message, first)
  if (keys.length === 2) return (message) => ownProperty(ownProperty(message, first), second)
  return (message) => keys.reduce(ownProperty, message)
}

const ownProperty = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
