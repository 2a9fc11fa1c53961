import type { Clock } from '#kit/runtime/clock.ts'
import type { AedesClient } from '../aedes.ts'
import { within } from '../within.ts'

/** "Administrative action" (MQTT 5, section 3.14.2.1): the client is told so, where its protocol can. */
const ADMINISTRATIVE_ACTION = 0x98
/** One that takes nothing does not take the news either. */
const TELL_WITHIN_MS = 500

/** Ends the connection of a client; resolves when it is gone. Its will is sent, for it did not say goodbye. */
export async function kick(client: AedesClient, clock: Clock): Promise<void> {
  const gone = new Promise<void>((resolve) => client.conn.once('close', () => resolve()))
  client.disconnect({ reasonCode: ADMINISTRATIVE_ACTION })
  await within([gone], TELL_WITHIN_MS, clock)
  client.conn.destroy()
}
