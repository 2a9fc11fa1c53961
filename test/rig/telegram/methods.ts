import type { Clock } from '#kit/runtime/clock.ts'
import { ApiError, badRequest } from './api-error.ts'
import type { Chats, FakeChat } from './chats.ts'
import { EntityError, type FakeEntity, type FakeText, readText as readMarked } from './entities.ts'
import type { Limiter } from './limits.ts'
import type { FakeMessage, Keyboard, Messages } from './messages.ts'
import { type Fields, fileField, flagField, numberField, objectField, textField } from './request.ts'
import type { Updates } from './updates.ts'

/** What the methods of the Bot API work on. */
export interface Desk {
  readonly clock: Clock
  readonly bot: { readonly id: number; readonly username: string }
  readonly chats: Chats
  readonly messages: Messages
  readonly limiter: Limiter
  readonly updates: Updates
}

export type Method = (desk: Desk, fields: Fields, gone: AbortSignal) => unknown

/** By name in lower case, for the Bot API takes every case. */
export const methods: Readonly<Record<string, Method>> = {
  getme: ({ bot }) => ({ ...userOf(bot), can_join_groups: true, can_read_all_group_messages: false }),
  getchat: ({ chats }, fields) => chats.find(textField(fields, 'chat_id')).shown,
  setwebhook: ({ updates }, fields) => {
    updates.webhook = textField(fields, 'url') ?? ''
    return true
  },
  deletewebhook: ({ updates }) => {
    updates.webhook = ''
    return true
  },
  getwebhookinfo: ({ updates }) => ({
    url: updates.webhook,
    has_custom_certificate: false,
    pending_update_count: updates.count,
  }),
  getupdates: ({ updates }, fields, gone) =>
    updates.poll({
      offset: numberField(fields, 'offset', 0),
      limit: numberField(fields, 'limit', 100),
      seconds: numberField(fields, 'timeout', 0),
      allowed: objectField(fields, 'allowed_updates') as readonly string[] | undefined,
      gone,
    }),
  sendmessage: (desk, fields) => {
    const chat = writableChat(desk, fields)
    return send(desk, chat, fields, readText(fields, 'text', 4096))
  },
  sendphoto: (desk, fields) => {
    const chat = writableChat(desk, fields)
    return send(desk, chat, fields, { ...readText(fields, 'caption', 1024), photo: readPhoto(fields) })
  },
  editmessagetext: (desk, fields) => {
    const message = ownMessage(desk, fields)
    if (message.photo !== undefined) throw badRequest('there is no text in the message to edit')
    return edit(desk, message, { ...readText(fields, 'text', 4096), keyboard: readKeyboard(fields) })
  },
  editmessagecaption: (desk, fields) => {
    const message = ownMessage(desk, fields)
    if (message.photo === undefined) throw badRequest('there is no caption in the message to edit')
    return edit(desk, message, { ...readText(fields, 'caption', 1024), keyboard: readKeyboard(fields) })
  },
  editmessagereplymarkup: (desk, fields) => {
    const message = ownMessage(desk, fields)
    return edit(desk, message, { ...message, keyboard: readKeyboard(fields) })
  },
  answercallbackquery: ({ messages }, fields) => {
    const text = textField(fields, 'text')
    const isTaken = messages.answerPress(textField(fields, 'callback_query_id') ?? '', text)
    if (!isTaken) throw badRequest('query is too old and response timeout expired or query ID is invalid')
    return true
  },
}

export const userOf = (bot: Desk['bot']): Readonly<Record<string, unknown>> => ({
  id: bot.id,
  is_bot: true,
  first_name: bot.username,
  username: bot.username,
})

function writableChat({ chats }: Desk, fields: Fields): FakeChat {
  const chat = chats.find(textField(fields, 'chat_id'))
  if (chat.movedTo !== undefined) {
    throw badRequest('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: chat.movedTo })
  }
  if (chat.isBlocked && chat.type === 'private')
    throw new ApiError(403, 'Forbidden: bot was blocked by the user')
  if (chat.isBlocked) throw new ApiError(403, `Forbidden: bot was kicked from the ${chat.type} chat`)
  if (!chat.hasStarted) throw new ApiError(403, "Forbidden: bot can't initiate conversation with a user")
  return chat
}

interface Text extends FakeText {
  readonly raw: string
  readonly parseMode: string | undefined
}

/** The text without its marks and without the white space around it, as long as it may be. */
function readText(fields: Fields, name: 'text' | 'caption', most: number): Text {
  const raw = textField(fields, name) ?? ''
  const parseMode = textField(fields, 'parse_mode')
  const { text, entities } = trimmed(marked(raw, parseMode, fields, name))
  if (name === 'text' && text === '') throw badRequest('message text is empty')
  if (text.length > most)
    throw badRequest(name === 'text' ? 'message is too long' : 'message caption is too long')
  return { raw, parseMode, text, entities }
}

/** Marks come within the text, or beside it as entities. */
function marked(raw: string, parseMode: string | undefined, fields: Fields, name: string): FakeText {
  try {
    const read = readMarked(raw, parseMode)
    if (parseMode !== undefined) return read
    const given = objectField(fields, name === 'text' ? 'entities' : 'caption_entities') ?? []
    return { text: raw, entities: (given as FakeEntity[]).filter((entity) => isWithin(entity, raw)) }
  } catch (error) {
    if (error instanceof EntityError) throw badRequest(`can't parse entities: ${error.message}`)
    throw error
  }
}

function isWithin({ offset, length }: FakeEntity, text: string): boolean {
  if (offset >= 0 && length > 0 && offset + length <= text.length) return true
  throw badRequest(
    `entity begins at offset ${offset} and has length ${length}: it does not fit into the text`,
  )
}

function trimmed({ text, entities }: FakeText): FakeText {
  const before = text.length - text.trimStart().length
  const kept = text.trim()
  return {
    text: kept,
    entities: entities.flatMap((entity) => {
      const from = Math.max(0, entity.offset - before)
      const to = Math.min(kept.length, entity.offset - before + entity.length)
      return to > from ? [{ ...entity, offset: from, length: to - from }] : []
    }),
  }
}

const MAX_PHOTO = 10 * 1024 * 1024

function readPhoto(fields: Fields): NonNullable<FakeMessage['photo']> {
  const photo = fileField(fields, 'photo')
  if (photo === undefined) throw badRequest('there is no photo in the request')
  if (typeof photo === 'string') {
    if (!/^https?:\/\/[^/]/.test(photo))
      throw badRequest('wrong remote file identifier specified: Wrong character in the string')
    return photo
  }
  if (photo.bytes.length === 0) throw badRequest('file must be non-empty')
  if (photo.bytes.length > MAX_PHOTO) throw new ApiError(413, 'Request Entity Too Large')
  return photo.bytes
}

function readKeyboard(fields: Fields): Keyboard {
  const markup = objectField(fields, 'reply_markup') as { inline_keyboard?: Keyboard } | undefined
  const keyboard = markup?.inline_keyboard ?? []
  for (const button of keyboard.flat()) {
    const size = Buffer.byteLength(button.callback_data ?? '')
    if (button.callback_data !== undefined && (size < 1 || size > 64)) throw badRequest('BUTTON_DATA_INVALID')
    if (!button.text) throw badRequest('BUTTON_TEXT_INVALID')
  }
  return keyboard
}

function send(
  desk: Desk,
  chat: FakeChat,
  fields: Fields,
  content: Text & { readonly photo?: FakeMessage['photo'] },
): unknown {
  const keyboard = readKeyboard(fields)
  desk.limiter.take(chat.id)
  const message = desk.messages.add({
    chat: chat.id,
    text: content.text,
    entities: content.entities,
    raw: content.raw,
    parseMode: content.parseMode,
    silent: flagField(fields, 'disable_notification'),
    photo: content.photo,
    keyboard,
    date: Math.floor(desk.clock.now() / 1000),
  })
  return shown(desk, message)
}

function ownMessage(desk: Desk, fields: Fields): FakeMessage {
  const chat = desk.chats.find(textField(fields, 'chat_id'))
  const message = desk.messages.find(chat.id, numberField(fields, 'message_id', 0))
  if (!message) throw badRequest('message to edit not found')
  return message
}

function edit(desk: Desk, message: FakeMessage, next: Text & { readonly keyboard: Keyboard }): unknown {
  const { text, entities, raw, parseMode, keyboard } = next
  const seen = (one: Pick<FakeMessage, 'text' | 'entities' | 'keyboard'>) =>
    JSON.stringify([one.text, one.entities, one.keyboard])
  if (seen(next) === seen(message)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  Object.assign(message, { text, entities, raw, parseMode, keyboard, edits: message.edits + 1 })
  return { ...shown(desk, message), edit_date: Math.floor(desk.clock.now() / 1000) }
}

/** A message as the Bot API shows it. */
export function shown(desk: Desk, message: FakeMessage): Readonly<Record<string, unknown>> {
  const photo = [{ file_id: `photo-${message.id}`, file_unique_id: `p${message.id}`, width: 90, height: 90 }]
  const { entities } = message
  return {
    message_id: message.id,
    from: userOf(desk.bot),
    chat: desk.chats.find(String(message.chat)).shown,
    date: message.date,
    ...(message.photo === undefined
      ? { text: message.text, ...(entities.length > 0 && { entities }) }
      : { photo, caption: message.text, ...(entities.length > 0 && { caption_entities: entities }) }),
    ...(message.keyboard.length > 0 && { reply_markup: { inline_keyboard: message.keyboard } }),
  }
}
