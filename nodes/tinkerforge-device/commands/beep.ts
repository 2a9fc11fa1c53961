import { NodeError } from '#kit/runtime/node-error.ts'

export interface Beep {
  /** Hertz. */
  readonly frequency: number
  /** 0 silent, 10 loud. */
  readonly volume: number
  readonly durationMs: number
}

/** What the speaker can do; the definition's fields have the same limits. */
const beepLimits = {
  frequency: [50, 15_000],
  volume: [0, 10],
  durationMs: [0, 4_294_967_294], // one more would never end
} as const

/**
 * Any message beeps as configured. An object may say `frequency`, `volume` and `durationMs` otherwise;
 * `false` ends the beep.
 */
export function encodeBeep(payload: unknown, configured: Beep): Beep {
  const wanted = readWanted(payload)
  const beep = { ...configured, ...wanted }
  for (const [name, [least, most]] of Object.entries(beepLimits)) {
    const value: unknown = beep[name as keyof Beep]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new NodeError(
        'TINKERFORGE_BEEP',
        `${name} is ${JSON.stringify(value)}, and the speaker takes a whole number from ${least} to ${most}.`,
        { field: name, values: { name, value: JSON.stringify(value), least, most } },
      )
  }
  return beep
}

function readWanted(payload: unknown): Partial<Beep> {
  if (payload === false) return { durationMs: 0 }
  if (payload === null || typeof payload !== 'object') return {}
  return Object.fromEntries(
    Object.entries(payload).filter(([name, value]) => name in beepLimits && value !== undefined),
  )
}
