import type { AedesPublishPacket } from 'aedes'
import type { AedesClient } from './aedes.ts'
import type { ClientStream } from './client-stream.ts'
import { TopicTree } from './topic-tree.ts'

/** `$share/group/filter` (MQTT 5, section 4.8.2; clients of 3.1.1 may ask for the same). */
export interface Share {
  readonly group: string
  readonly filter: string
}

export const isShare = (topic: string): boolean => topic.startsWith('$share/')

/** Answers nothing if it is none, or has no proper group. */
export function readShare(topic: string): Share | undefined {
  const [prefix, group = '', ...levels] = topic.split('/')
  if (prefix !== '$share' || group === '' || /[+#]/.test(group) || levels.length === 0) return undefined
  return { group, filter: levels.join('/') }
}

/** A client that takes its turn with the messages of a group. */
export interface Member {
  readonly client: AedesClient
  readonly filter: string
  readonly qos: number
  /** What the client calls the subscription (MQTT 5). */
  readonly identifier: number | undefined
}

/** A message that goes to one of a group. */
export type SharedPacket = AedesPublishPacket & { readonly sharedBy: Member }

/**
 * Subscriptions that clients share: each message goes to one of a group, in turns, among those that are
 * connected and can take more. Nothing is kept for members that are away.
 */
export class SharedSubscriptions {
  /** Called when `match` may answer otherwise. */
  onChange: () => void = () => {}
  readonly #tree = new TopicTree<Group>()
  readonly #groups = new Map<string, Group>()
  /** The names of a client's groups. */
  readonly #namesOf = new WeakMap<AedesClient, Set<string>>()

  /** How many subscriptions of a client are shared ones. */
  countOf(client: AedesClient): number {
    return this.#namesOf.get(client)?.size ?? 0
  }

  /** Takes the place of what the client has asked for before under the same group and filter. */
  join(share: Share, member: Member): void {
    const name = nameOf(share)
    const group = this.#groups.get(name) ?? new Group()
    if (group.isEmpty) {
      this.#groups.set(name, group)
      this.#tree.add(share.filter, group)
    }
    group.add(member)
    const names = this.#namesOf.get(member.client) ?? new Set()
    this.#namesOf.set(member.client, names.add(name))
    this.onChange()
  }

  /** Answers whether it was a member. */
  leave(share: Share, client: AedesClient): boolean {
    const name = nameOf(share)
    const group = this.#groups.get(name)
    if (!group?.remove(client)) return false
    this.#namesOf.get(client)?.delete(name)
    if (group.isEmpty) {
      this.#groups.delete(name)
      this.#tree.remove(share.filter, group)
    }
    this.onChange()
    return true
  }

  leaveAll(client: AedesClient): void {
    for (const name of [...(this.#namesOf.get(client) ?? [])]) this.leave(shareOf(name), client)
  }

  match(topic: string): Group[] {
    return this.#groups.size === 0 ? [] : this.#tree.match(topic)
  }
}

export class Group {
  readonly #members = new Map<AedesClient, Member>()

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  add(member: Member): void {
    this.#members.set(member.client, member)
  }

  remove(client: AedesClient): boolean {
    return this.#members.delete(client)
  }

  /** Whose turn it is, of those who may: who has had one goes behind the others. */
  next(may: (member: Member) => boolean): Member | undefined {
    const present = [...this.#members.values()].filter(
      (member) => member.client.connected && !member.client.closed && may(member),
    )
    const member =
      present.find(({ client }) => (client.conn as ClientStream).backlog === 'none') ?? present[0]
    if (member === undefined) return undefined
    this.#members.delete(member.client)
    this.#members.set(member.client, member)
    return member
  }
}

/** A group's name has no slash, so this stands for one group and filter only. */
const nameOf = ({ group, filter }: Share): string => `${group}/${filter}`

const shareOf = (name: string): Share => ({
  group: name.slice(0, name.indexOf('/')),
  filter: name.slice(name.indexOf('/') + 1),
})
