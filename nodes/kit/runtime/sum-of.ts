import { hash } from 'node:crypto'
import type { Message } from '../message.ts'
import { toStored } from './stored-value.ts'

/** What tells a message from others of the same id: a sum over all it carries. `undefined` for one that cannot be stored: nothing is known to equal it. */
export function sumOf({ repeated: _, ...message }: Message): string | undefined {
  try {
    return hash('sha1', JSON.stringify(toStored(message)), 'base64').slice(0, 12)
  } catch {
    return undefined // a value of its own making may throw anything
  }
}
