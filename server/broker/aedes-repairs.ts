import type { Aedes } from 'aedes'
import type { AedesClient } from './aedes.ts'

/*
 * What aedes 2.0.0-beta.1 lacks of the fixes in 1.2.0, which is younger, and what neither does right. The
 * rest of it stands where it is ours anyway: QoS 2 ids of clean sessions end with their connection, and
 * the second of two PUBREL at once is no error, in `Persistence`; SUBSCRIBE with one filter twice, in
 * `Subscribing`, which gives aedes one filter at a time.
 */

/** A filter that aedes loses among others when it restores a session, so that nobody gets it granted. */
export const isLostByAedes = (filter: string): boolean => filter === '__proto__'

/** Tables by client id know only what was put there: "constructor" is an id like any other (GHSA-52qw-whmv-87c5). */
export function repairAedes(aedes: Aedes): void {
  Object.assign(aedes, { clients: Object.create(null), brokers: Object.create(null) })
}

/** The same for its tables by filter; and no message counts as delivered before. */
export function repairClient(client: AedesClient, brokerId: string): void {
  const duplicates = Object.create(null)
  // aedes takes a message for a double if its number is not the highest so far; numbers are given on
  // arrival here, and a QoS 0 message may overtake: the router sees to it that nothing comes twice
  Object.defineProperty(duplicates, brokerId, { get: () => 0, set: () => {} })
  Object.assign(client, { subscriptions: Object.create(null), duplicates })
}
