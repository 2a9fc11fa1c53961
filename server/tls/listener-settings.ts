import * as z from 'zod'
import type { HouseSettings } from '../store/store.ts'

const KEY = 'mqtt-listeners'

const schema = z.object({
  /** Pages of these origins may connect by WebSocket, besides those of the house. */
  origins: z.array(z.string()).default([]),
  /** On the port with TLS only who shows a certificate or a pre-shared key comes in. */
  needsProof: z.boolean().default(false),
})
export type ListenerSettings = z.output<typeof schema>

export const readListenerSettings = (settings: Pick<HouseSettings, 'read'>): ListenerSettings =>
  settings.read(KEY, schema)

export const writeListenerSettings = (settings: HouseSettings, value: ListenerSettings): Promise<void> =>
  settings.write(KEY, value)
