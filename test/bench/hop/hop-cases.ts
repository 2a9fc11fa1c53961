/** What is measured of a hop: a message passes through a chain of equal nodes. */
export interface HopCase {
  /** Unique, and the name in the report. */
  readonly case: string
  /**
   * `change`: a node of the system's own that sets `hop` to 1 in the message.
   * `function`: one with user code that adds 1 to `hop` (`return { ...message, hop: message.hop + 1 }` here).
   */
  readonly node: 'change' | 'function'
  /** With 2, each node of the chain is also wired to a second one that does nothing with the message. */
  readonly fanOut: 1 | 2
  /** Size of the payload in bytes, roughly; see `makePayload`. */
  readonly bytes: number
}

/** What one hop takes, of the processor's time. */
export interface HopMeasure {
  readonly case: string
  readonly microseconds: number
}

/** The group of these measures in the report. */
export const HOP = 'A hop, µs'

export const CHAIN = { long: 10, short: 1 } as const

const sizes = [
  ['no payload', 0],
  ['1 KB', 1_024],
  ['100 KB', 102_400],
] as const

export const hopCases: readonly HopCase[] = (['change', 'function'] as const).flatMap((node) =>
  ([1, 2] as const).flatMap((fanOut) =>
    sizes.map(([size, bytes]) => ({
      case: `${node}, ${size}${fanOut === 2 ? ', fan-out of 2' : ''}`,
      node,
      fanOut,
      bytes,
    })),
  ),
)

/** One chain of nodes. */
export interface Chain extends HopCase {
  readonly id: string
  readonly length: number
}

export const chains: readonly Chain[] = hopCases.flatMap((item, index) =>
  [CHAIN.short, CHAIN.long].map((length) => ({ ...item, id: `chain${index}-${length}`, length })),
)

/** JSON of about this size, as what devices send. Its text is also put into the systems under test: plain JavaScript. */
export function makePayload(bytes: number) {
  if (bytes === 0) return 21.5
  return Array.from({ length: Math.ceil(bytes / 50) }, (_, index) => ({
    sensor: `kitchen/${index}`,
    value: index / 10,
    isGood: true,
  }))
}

/** What each case takes, a chain of ten less one of one, divided by nine, from what its two chains took for a message, in microseconds. */
export function hopsFrom(tookMicroseconds: (chain: Chain) => number): readonly HopMeasure[] {
  return hopCases.map((item) => {
    const of = (wanted: number): number => {
      const chain = chains.find((one) => one.case === item.case && one.length === wanted)
      return chain === undefined ? Number.NaN : tookMicroseconds(chain)
    }
    const more = of(CHAIN.long) - of(CHAIN.short)
    return { case: item.case, microseconds: more / (CHAIN.long - CHAIN.short) }
  })
}
