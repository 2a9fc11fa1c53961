import { NodeError } from '#kit/runtime/node-error.ts'
import type { PostDesk } from '#kit/runtime/outbox.ts'
import type { HouseDesk } from './hosts/house-link.ts'

/** Replaced part by part on this branch; must not reach main. */
export function openDesk(): HouseDesk & { readonly posts: PostDesk } {
  const refuse = () => Promise.reject(new NodeError('NOT_BUILT', 'This is being built.'))
  return {
    outbox: { post: refuse },
    alarms: { raise: refuse, acknowledge: refuse, close: refuse },
    deadLetters: { giveUp: refuse },
    posts: { answered: refuse, remember: refuse, recall: () => undefined },
  }
}
