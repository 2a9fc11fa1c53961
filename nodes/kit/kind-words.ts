import type { Kind } from './kinds.ts'
import type { Sentence } from './sentence.ts'

/** What ports of a kind carry, as a part of a sentence. */
export const kindWords: Readonly<Record<Kind, Sentence>> = {
  any: { code: 'KIND_ANY', message: 'anything' },
  event: { code: 'KIND_EVENT', message: 'events' },
  boolean: { code: 'KIND_BOOLEAN', message: 'true or false' },
  number: { code: 'KIND_NUMBER', message: 'numbers' },
  text: { code: 'KIND_TEXT', message: 'text' },
  json: { code: 'KIND_JSON', message: 'JSON' },
  bytes: { code: 'KIND_BYTES', message: 'bytes' },
}

/** The kinds as titles to choose from. */
export const kindOptions: Readonly<Record<Kind, string>> = {
  any: 'Anything',
  event: 'Events',
  boolean: 'True or false',
  number: 'Numbers',
  text: 'Text',
  json: 'JSON',
  bytes: 'Bytes',
}
