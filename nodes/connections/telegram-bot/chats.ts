import * as z from 'zod'
import type { Discovery } from '#kit/define-connection.ts'

const chatSchema = z.object({
  id: z.number(),
  type: z.string().default('private'),
  title: z.string().optional(),
  username: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
})
type Chat = z.output<typeof chatSchema>

const inChat = z.object({ chat: chatSchema }).optional()
const updateSchema = z.object({
  message: inChat,
  edited_message: inChat,
  channel_post: inChat,
  my_chat_member: inChat,
  callback_query: z.object({ message: inChat }).optional(),
})

/** The chats in an answer of getUpdates, each once, the latest first, as choices for the field `chat`. */
export function chatsOf(updates: unknown): readonly Discovery[] {
  const chats = new Map<number, Chat>()
  for (const update of z.array(z.unknown()).parse(updates)) {
    const chat = chatOf(update)
    if (!chat) continue
    chats.delete(chat.id)
    chats.set(chat.id, chat)
  }
  return [...chats.values()]
    .reverse()
    .map((chat) => ({ label: labelOf(chat), fields: { chat: String(chat.id) } }))
}

/** Updates of a kind that we do not know have no chat for us. */
function chatOf(update: unknown): Chat | undefined {
  const known = updateSchema.safeParse(update).data
  if (!known) return undefined
  const place =
    known.message ??
    known.edited_message ??
    known.channel_post ??
    known.my_chat_member ??
    known.callback_query?.message
  return place?.chat
}

function labelOf(chat: Chat): string {
  const name = chat.title ?? [chat.first_name, chat.last_name].filter(Boolean).join(' ')
  return [name, chat.username && `@${chat.username}`].filter(Boolean).join(' · ') || String(chat.id)
}
