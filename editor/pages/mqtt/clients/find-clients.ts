import type { BrokerClient } from '../../../api/types.ts'

export type Shown = 'all' | 'connected' | 'away'

const byNumber = new Intl.Collator(undefined, { numeric: true })

/** Those of which something holds what was typed, in upper or lower case; `sensor-2` stands before `sensor-10`. */
export function findClients(
  clients: readonly BrokerClient[],
  text: string,
  shown: Shown,
): readonly BrokerClient[] {
  const wanted = text.trim().toLowerCase()
  const holds = (part: string | undefined) => part?.toLowerCase().includes(wanted)
  const found = clients.filter(
    (client) =>
      (shown === 'all' || client.isConnected === (shown === 'connected')) &&
      (holds(client.clientId) ||
        holds(client.user) ||
        holds(client.address) ||
        client.subscriptions.some(({ filter }) => holds(filter))),
  )
  return found.sort((a, b) => byNumber.compare(a.clientId, b.clientId))
}
