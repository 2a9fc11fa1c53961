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
export type MessageDraft = Omit<Message, 'id'> & { readonly id?: string }

/**
 * Makes a reader of a property by its path, `payload.temperature` or `payload.values[0]`; it answers
 * `undefined` where the path ends early.
 */
export function compileProperty(path: string): (message: unknown) => unknown {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  return (message) => {
    let value = message
    for (const key of keys) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
      value = (value as Record<string, unknown>)[key]
    }
    return value
  }
}
