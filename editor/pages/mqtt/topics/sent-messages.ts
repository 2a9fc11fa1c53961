import * as z from 'zod'
import { readStored, writeStored } from '../../../ui/stored.ts'
import { parseJson } from './payload.ts'

const sentMessage = z.object({
  topic: z.string(),
  payload: z.string(),
  qos: z.literal([0, 1, 2]),
  retain: z.boolean(),
})

/** A message as the form for it has it. */
export type SentMessage = Readonly<z.output<typeof sentMessage>>

/** Lists of messages in this browser: what was sent, and what its person wants to keep. */
export type SentList = 'sent' | 'saved'

const MOST = 30
/** Longer payloads are sent, but not kept: a browser's storage is small. */
const MOST_CHARACTERS = 10_000
const keyOf = (list: SentList) => `wirehouse.mqtt.${list}`

export function readSent(list: SentList): readonly SentMessage[] {
  const parsed = z.array(sentMessage).safeParse(parseJson(readStored(keyOf(list)) ?? '[]'))
  return parsed.success ? parsed.data : []
}

/** The list with the message first; an equal one moves up. */
export function withSent(messages: readonly SentMessage[], message: SentMessage): readonly SentMessage[] {
  if (message.payload.length > MOST_CHARACTERS) return messages
  return [message, ...withoutSent(messages, message)].slice(0, MOST)
}

export const withoutSent = (messages: readonly SentMessage[], message: SentMessage): readonly SentMessage[] =>
  messages.filter((each) => JSON.stringify(each) !== JSON.stringify(message))

export const writeSent = (list: SentList, messages: readonly SentMessage[]): void =>
  writeStored(keyOf(list), JSON.stringify(messages))
