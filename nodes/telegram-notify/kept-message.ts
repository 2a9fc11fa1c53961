import type { Message } from '#kit/message.ts'

/** A picture goes into the outbox once; a small one comes back beside it, for a second channel to have. */
const MOST_BYTES = 1024 * 1024

/** The message as it comes back with the news of its post: without a big picture at this path. */
export function keptMessage(message: Message, path: string): Message {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  return without(message, keys) as Message
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value instanceof Uint8Array && value.length > MOST_BYTES ? undefined : value
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return value
  const part = (value as Record<string, unknown>)[key]
  const kept = without(part, rest)
  if (kept === part) return value
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? kept : item))
    : { ...value, [key]: kept }
}
