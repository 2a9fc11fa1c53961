import type { Message } from '../message.ts'
import type { Sentence } from '../sentence.ts'
import type { NodeContext } from './implement-node.ts'
import { NodeError } from './node-error.ts'

type Context = Pick<NodeContext, 'flow' | 'node' | 'fail' | 'services'>

/**
 * A message whose post will not arrive leaves by the node's error port, or goes to the flow's error handlers, so that
 * another channel can take it. Where nobody does, it becomes a dead letter. So it does when it comes back to a node
 * that has failed with it before: two channels would tell of each other's failures for ever.
 */
export async function undelivered(
  { flow, node, fail, services }: Context,
  sentence: Sentence,
  message: Message,
): Promise<void> {
  const error = NodeError.of(sentence)
  const before = failedBefore(message)
  if (!before.includes(node)) {
    try {
      await fail(error, { ...message, undelivered: [...before, node] })
      return
    } catch (thrown) {
      // Anything else is a failure behind the port: this one then has to be told again.
      if (thrown !== error) throw thrown
    }
  }
  await services.deadLetters.giveUp({ flow, node }, 'in', message, sentence)
}

/** Nodes that could not deliver it, also in what a report of a failure tells of. */
function failedBefore({ undelivered: nodes, cause }: Partial<Message>): readonly string[] {
  const own = Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'string') : []
  return typeof cause === 'object' && cause !== null ? [...own, ...failedBefore(cause)] : own
}
