import { serialize } from 'node:v8'
import type { Message } from '../message.ts'

/** What may come back with the news of a post, beside the words of it. */
const MOST_BYTES = 128 * 1024

/**
 * The message as it comes back with the news of its post. A big one (a picture, a long report) stays behind, and so
 * does one that cannot be written down: what then goes on, also to a second channel, is what was to be said.
 */
export function keptMessage(message: Message, text: string): Message {
  if (sizeOf(message) <= MOST_BYTES) return message
  const { id, topic, alarm, repeated } = message
  return {
    id,
    ...(topic !== undefined && { topic }),
    payload: text,
    ...(alarm !== undefined && { alarm }),
    ...(repeated !== undefined && { repeated }),
  }
}

function sizeOf(message: Message): number {
  try {
    return serialize(message).length
  } catch {
    // A function of a user has put something into it that no other thread could read.
    return Number.POSITIVE_INFINITY
  }
}
