import { expect, test } from 'vitest'
import type { BrokerClient } from '../../../api/types.ts'
import { findClients } from './find-clients.ts'

const client = (clientId: string, more: Partial<BrokerClient> = {}): BrokerClient => ({
  ...{ clientId, isConnected: true, since: 0, isKept: false, isHeld: false, isSlow: false },
  ...{ queued: 0, queuedBytes: 0, inFlight: 0, dropped: 0 },
  ...{ messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 },
  subscriptions: [],
  ...more,
})
const clients = [
  client('sensor-10', { subscriptions: [{ filter: 'home/#', qos: 0 }] }),
  client('sensor-2', { user: 'Küche' }),
  client('away', { isConnected: false, address: '10.0.0.7' }),
]
const found = (text: string, shown: 'all' | 'connected' | 'away' = 'all') =>
  findClients(clients, text, shown).map(({ clientId }) => clientId)

test.each([
  ['', ['away', 'sensor-2', 'sensor-10']],
  ['SENSOR', ['sensor-2', 'sensor-10']],
  ['küche', ['sensor-2']],
  ['home/', ['sensor-10']],
  ['10.0', ['away']],
])('by "%s" it finds %j', (text, ids) => {
  expect(found(text)).toEqual(ids)
})

test('shows those that are connected, or away', () => {
  expect([found('', 'connected'), found('', 'away')]).toEqual([['sensor-2', 'sensor-10'], ['away']])
})
