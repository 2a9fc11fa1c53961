import * as z from 'zod'

/** Long texts and names are cut where they are used; a number is one that JavaScript can hold. */
const id = z.number().int()

const chatSchema = z.object({
  id,
  type: z.string().default('private'),
  title: z.string().optional(),
  username: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
})
export type Chat = z.output<typeof chatSchema>

const personSchema = z.object({
  id,
  first_name: z.string().default(''),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
})
export type Person = z.output<typeof personSchema>

const entitySchema = z.looseObject({ type: z.string(), offset: z.number().int(), length: z.number().int() })
export type Entity = z.output<typeof entitySchema>

const writtenSchema = z.object({
  chat: chatSchema,
  from: personSchema.optional(),
  text: z.string().optional(),
  migrate_to_chat_id: id.optional(),
})
export type Written = z.output<typeof writtenSchema>

/** A message of the bot itself, as it comes back with a press of one of its buttons. */
const pressedSchema = z.object({
  message_id: id,
  chat: chatSchema,
  /** 0 for one that is too old for Telegram to show: there is nothing to change about it. */
  date: z.number().default(0),
  text: z.string().optional(),
  entities: z.array(entitySchema).default([]),
  caption: z.string().optional(),
  caption_entities: z.array(entitySchema).default([]),
})
export type Pressed = z.output<typeof pressedSchema>

const callbackSchema = z.object({
  id: z.string(),
  from: personSchema,
  data: z.string().optional(),
  /** Missing under what was sent by way of the bot in a chat that it is not in. */
  message: pressedSchema.optional(),
})
export type Callback = z.output<typeof callbackSchema>

const memberSchema = z.object({ chat: chatSchema, new_chat_member: z.object({ status: z.string() }) })
export type Member = z.output<typeof memberSchema>

const updateSchema = z.object({
  update_id: id,
  message: writtenSchema.optional(),
  edited_message: writtenSchema.optional(),
  channel_post: writtenSchema.optional(),
  my_chat_member: memberSchema.optional(),
  callback_query: callbackSchema.optional(),
})
export type Update = z.output<typeof updateSchema>

const numberSchema = z.object({ update_id: id })

/** What is asked for; Telegram remembers that for the bot. */
export const updateKinds = ['message', 'channel_post', 'my_chat_member', 'callback_query'] as const

/** Updates of an answer of getUpdates. What has a shape that we do not know is nothing but its number. */
export function readUpdates(result: unknown): readonly Update[] {
  return z
    .array(z.unknown())
    .parse(result)
    .flatMap((update) => updateSchema.safeParse(update).data ?? numberSchema.safeParse(update).data ?? [])
}

/** Where it happened. */
export const chatOf = (update: Update): Chat | undefined =>
  (
    update.message ??
    update.edited_message ??
    update.channel_post ??
    update.my_chat_member ??
    update.callback_query?.message
  )?.chat

const LONGEST_NAME = 64

/** A name to put into a text: whatever its owner has written there, it is one short line. */
export function plainName(...parts: readonly (string | undefined)[]): string {
  const line = parts
    .filter((part) => part !== undefined)
    .join(' ')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return [...line].slice(0, LONGEST_NAME).join('')
}

export const personName = ({ id: number, first_name, last_name, username }: Person): string =>
  plainName(first_name, last_name) || plainName(username && `@${username}`) || String(number)

export const chatName = ({ id: number, title, first_name, last_name, username }: Chat): string =>
  plainName(title) ||
  plainName(first_name, last_name) ||
  plainName(username && `@${username}`) ||
  String(number)
