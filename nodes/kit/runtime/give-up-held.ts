import type { Message } from '../message.ts'
import type { Sentence } from '../sentence.ts'
import { HeldMessage } from './held-message.ts'
import type { NodeState } from './implement-node.ts'
import { NodeError } from './node-error.ts'

/**
 * Gives up what waits in the state of a node and can wait there no longer: all of it, or what no node of this
 * type has held. What its sender still has goes back to the sender, as failed. Answers how many were given up.
 */
export async function giveUpHeld(
  state: NodeState,
  type: string | undefined,
  giveUp: (port: string, message: Message, error: Sentence) => Promise<void>,
): Promise<number> {
  let count = 0
  for (const [key, value] of Object.entries(state.entries())) {
    const held = HeldMessage.read(key, value)
    if (!held || held.as === type) continue
    held.isAbandoned = true
    if (held.isLeaving) continue
    if (held.isKept) {
      await giveUp(held.port, held.outgoing(), gone)
      count += 1
    } else held.fail(NodeError.of(gone))
    state.set(key, undefined)
  }
  return count
}

const gone: Sentence = {
  code: 'HELD_NODE_GONE',
  message:
    'The node that held this message back has been removed, or has become one of another type. Send it again if it still matters.',
}
