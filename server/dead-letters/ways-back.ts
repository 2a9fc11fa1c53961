import { NodeError } from '#kit/runtime/node-error.ts'
import type { Place } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import { describeFailure, wasGivenBack } from '#server/engine/failure.ts'
import { HostEnded } from '#server/hosts/host-end.ts'
import type { KeptDeliveries } from '#server/hosts/kept-deliveries.ts'
import { FlowFailure } from '#server/hosts/sent-error.ts'
import type { Supervisor } from '#server/hosts/supervisor.ts'
import { numberOfId } from '#server/inbox/kept-id.ts'
import type { Retried, WaysBack } from './dead-letter-desk.ts'

/** Ways back into flows that run. Without an inbox there is none for packets. */
export const waysBack = (
  flows: Pick<Supervisor, 'poke'>,
  kept: Pick<KeptDeliveries, 'enter'> | undefined,
): WaysBack => ({
  packet: ({ flow, node }, packet, id) =>
    new Promise((resolve, reject) => {
      const stands = kept?.enter(`${flow}/${node}`, {
        packet,
        number: numberOfId(id),
        failures: 1,
        settle: (error) => (error === undefined ? resolve() : reject(error)),
        giveBack: () => reject(stopped()),
        secure() {},
      })
      if (!stands) reject(stopped())
    }),
  message: ({ flow, node }: Place, port, message) => flows.poke(flow, node, port, message),
})

const stopped = (): NodeError => new NodeError('FLOW_STOPPED', 'The flow was stopped before it had answered.')

/** What a failure is for a person, and which node was at fault where that is known. */
export function sentenceOfFailure(error: unknown): { readonly error: Sentence; readonly culprit?: string } {
  const culprit = culpritOf(error)
  const { node: _node, nodeName: _name, ...sentence } = describeFailure(error, { node: '', nodeName: '' })
  return { error: sentence, ...(culprit !== undefined && { culprit }) }
}

function culpritOf(error: unknown): string | undefined {
  if (error instanceof HostEnded) return error.end.culprit?.node
  return error instanceof FlowFailure ? error.node : undefined
}

/** A flow that was stopped, or whose thread others have ended, has not failed. */
export function readFailure(error: unknown): Retried {
  const isOthersFault = error instanceof HostEnded && error.end.culprit === undefined
  if (wasGivenBack(error) || isOthersFault) return 'interrupted'
  if (error instanceof NodeError && error.code === 'FLOW_NOT_RUNNING') return 'interrupted'
  const { culprit, ...failure } = sentenceOfFailure(error)
  return { ...failure, culprit }
}
