/** The payload of an Inject node as a number; `NaN` if it is none. A shared file may hold any JSON. */
export const payloadNumber = (payload: unknown): number =>
  typeof payload === 'object' && payload !== null ? Number.NaN : Number(payload)
