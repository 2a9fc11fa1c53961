import * as z from 'zod'
import type { Discovery } from '#kit/define-connection.ts'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { Remembered } from './remembered.ts'
import { type Chat, chatName, chatOf, plainName, type Update } from './updates.ts'

const MOST = 200

const knownSchema = z.object({ id: z.number(), name: z.string(), username: z.string() })
type Known = z.output<typeof knownSchema>

/** The chats that have had to do with the bot, the latest first. */
export class KnownChats {
  readonly #known: Remembered<readonly Known[]>

  constructor(context: Pick<ConnectionContext, 'id' | 'services'>) {
    this.#known = new Remembered(context, 'chats', z.array(knownSchema).readonly(), [])
  }

  /** With those in updates that somebody else may fetch. */
  list(updates: readonly Update[] = []): readonly Discovery[] {
    return updates.reduce(withChatOf, this.#known.value).map(discoveryOf)
  }

  async note(updates: readonly Update[]): Promise<void> {
    const before = this.#known.value
    const now = updates.reduce(withChatOf, before).slice(0, MOST)
    const isNews =
      now.length !== before.length || now.some((chat) => !before.some((one) => isSame(one, chat)))
    if (isNews) await this.#known.set(now)
  }
}

function withChatOf(known: readonly Known[], update: Update): readonly Known[] {
  const chat = chatOf(update)
  if (!chat) return known
  const others = known.filter(({ id }) => id !== chat.id)
  return hasLeft(update) ? others : [knownOf(chat), ...others]
}

export const hasLeft = ({ my_chat_member: member }: Update): boolean =>
  member !== undefined && /^(?:kicked|left)$/.test(member.new_chat_member.status)

const knownOf = (chat: Chat): Known => ({
  id: chat.id,
  name: chatName(chat),
  username: plainName(chat.username),
})

const isSame = (one: Known, other: Known): boolean =>
  one.id === other.id && one.name === other.name && one.username === other.username

const discoveryOf = ({ id, name, username }: Known): Discovery => ({
  label: username === '' || name === `@${username}` ? name : `${name} · @${username}`,
  fields: { chat: String(id), chatName: name },
})

/** A chat as a choice for the fields of a form. */
export const choiceOf = (chat: Chat): Discovery => discoveryOf(knownOf(chat))
