import type { Clock } from '#kit/runtime/clock.ts'
import { ApiError, badRequest } from './api-error.ts'
import type { Chats, FakeChat } from './chats.ts'
import { EntityError, plainText } from './entities.ts'
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
  deletewebhook: () => true,
  getwebhookinfo: () => ({ url: '', has_custom_certificate: false, pending_update_count: 0 }),
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
    const text = readText(fields, 'text', 4096)
    if (text === '') throw badRequest('message text is empty')
    return send(desk, chat, fields, { text })
  },
  sendphoto: (desk, fields) => {
    const chat = writableChat(desk, fields)
    return send(desk, chat, fields, { text: readText(fields, 'caption', 1024), photo: readPhoto(fields) })
  },
  editmessagetext: (desk, fields) => {
    const message = ownMessage(desk, fields)
    const text = readText(fields, 'text', 4096)
    if (text === '') throw badRequest('message text is empty')
    return edit(desk, message, { text, raw: textField(fields, 'text') ?? '', keyboard: readKeyboard(fields) })
  },
  editmessagereplymarkup: (desk, fields) => {
    const message = ownMessage(desk, fields)
    return edit(desk, message, { text: message.text, raw: message.raw, keyboard: readKeyboard(fields) })
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

/** The text without its marks and without the white space around it, as long as it may be. */
function readText(fields: Fields, name: 'text' | 'caption', most: number): string {
  const raw = textField(fields, name) ?? ''
  try {
    const text = plainText(raw, textField(fields, 'parse_mode')).trim()
    if (text.length <= most) return text
  } catch (error) {
    if (error instanceof EntityError) throw badRequest(`can't parse entities: ${error.message}`)
    throw error
  }
  throw badRequest(name === 'text' ? 'message is too long' : 'message caption is too long')
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
  content: { readonly text: string; readonly photo?: FakeMessage['photo'] },
): unknown {
  const keyboard = readKeyboard(fields)
  desk.limiter.take(chat.id)
  const message = desk.messages.add({
    chat: chat.id,
    text: content.text,
    raw: textField(fields, content.photo === undefined ? 'text' : 'caption') ?? '',
    parseMode: textField(fields, 'parse_mode'),
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

function edit(
  desk: Desk,
  message: FakeMessage,
  next: { readonly text: string; readonly raw: string; readonly keyboard: Keyboard },
): unknown {
  if (next.raw === message.raw && JSON.stringify(next.keyboard) === JSON.stringify(message.keyboard)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  Object.assign(message, next, { edits: message.edits + 1 })
  return { ...shown(desk, message), edit_date: Math.floor(desk.clock.now() / 1000) }
}

/** A message as the Bot API shows it. */
export function shown(desk: Desk, message: FakeMessage): Readonly<Record<string, unknown>> {
  const photo = [{ file_id: `photo-${message.id}`, file_unique_id: `p${message.id}`, width: 90, height: 90 }]
  return {
    message_id: message.id,
    from: userOf(desk.bot),
    chat: desk.chats.find(String(message.chat)).shown,
    date: message.date,
    ...(message.photo === undefined ? { text: message.text } : { photo, caption: message.text }),
    ...(message.keyboard.length > 0 && { reply_markup: { inline_keyboard: message.keyboard } }),
  }
}
