import type { Message } from '../message.ts'
import { sentenceOf } from '../sentence.ts'
import type { NodeContext } from './implement-node.ts'
import { NodeError } from './node-error.ts'
import type { News } from './outbox.ts'

type Context = Pick<NodeContext, 'flow' | 'node' | 'fail' | 'services'>

/**
 * A message whose post will not arrive leaves by the node's error port, or goes to the flow's error handlers, so that
 * another channel can take it. Where nobody does, it becomes a dead letter. So it does when it comes back to a node
 * that has failed with it before: two channels would tell of each other's failures for ever.
 */
export async function undelivered(
  { flow, node, fail, services }: Context,
  news: Extract<News, { readonly kind: 'failed' }>,
  message: Message,
): Promise<void> {
  const sentence = sentenceOf(news.error)
  const error = NodeError.of(sentence)
  const before = failedBefore(message)
  if (!before.includes(node)) {
    try {
      await fail(error, { ...message, ...again(news), undelivered: [...before, node] })
      return
    } catch (thrown) {
      // Anything else is a failure behind the port: this one then has to be told again.
      if (thrown !== error) throw thrown
    }
  }
  // By its own id the outbox would know the post as the one that has failed, and not send it when a person tries again.
  const id = `${message.id.split('~')[0]}~failed-${news.post}`
  await services.deadLetters.giveUp({ flow, node }, 'in', { ...message, id }, sentence)
}

/** What is told again is sent on again. */
export const again = ({ repeated }: { readonly repeated?: true }): Partial<Message> => ({
  ...(repeated && { repeated }),
})

/** Nodes that could not deliver it, also in what a report of a failure tells of. */
function failedBefore({ undelivered: nodes, cause }: Partial<Message>): readonly string[] {
  const own = Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'string') : []
  return typeof cause === 'object' && cause !== null ? [...own, ...failedBefore(cause)] : own
}
