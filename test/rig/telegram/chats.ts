import { badRequest } from './api-error.ts'

export interface FakeChat {
  readonly id: number
  readonly type: 'private' | 'group' | 'supergroup' | 'channel'
  readonly name: string
  readonly username: string | undefined
  /** A person has pressed Start; always so in groups. */
  hasStarted: boolean
  /** The person has blocked the bot, or the group has removed it. */
  isBlocked: boolean
  /** The number of the supergroup that the group has become. */
  movedTo: number | undefined
  /** As the Bot API shows it. */
  readonly shown: Readonly<Record<string, unknown>>
}

export interface ChatOptions {
  /** By default a person for a positive number, a group for a negative one. */
  readonly type?: FakeChat['type']
  readonly name?: string
  readonly username?: string
  readonly started?: boolean
}

/** The people and groups that a bot can know. */
export class Chats {
  readonly #chats = new Map<number, FakeChat>()

  add(id: number, options: ChatOptions): FakeChat {
    const { type = id > 0 ? 'private' : 'group', name = `Chat ${id}`, username, started = true } = options
    const title = type === 'private' ? { first_name: name } : { title: name }
    const shown = { id, type, ...title, ...(username !== undefined && { username }) }
    const chat: FakeChat = {
      id,
      type,
      name,
      username,
      hasStarted: started || type !== 'private',
      isBlocked: false,
      movedTo: undefined,
      shown,
    }
    this.#chats.set(id, chat)
    return chat
  }

  /** By number, or by @name for channels and public groups. Throws what the Bot API answers. */
  find(reference: string | undefined): FakeChat {
    if (reference === undefined || reference === '') throw badRequest('chat_id is empty')
    const chat = reference.startsWith('@')
      ? this.#findByName(reference.slice(1))
      : this.#chats.get(Number(reference))
    if (!chat) throw badRequest('chat not found')
    return chat
  }

  #findByName(username: string): FakeChat | undefined {
    return [...this.#chats.values()].find((chat) => chat.username === username && chat.type !== 'private')
  }
}
