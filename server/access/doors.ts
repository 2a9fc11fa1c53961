import * as z from 'zod'

/** Key of these settings in the store. */
export const DOORS = 'mqtt-doors'

/** From where MQTT clients may come. */
export const doors = z.object({
  /** Programs on this machine need no login. */
  anonymousLoopback: z.boolean().default(true),
  /** Devices in the network may connect, with a login. */
  openToNetwork: z.boolean().default(true),
})
export type Doors = z.output<typeof doors>
