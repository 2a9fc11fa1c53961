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
  /** Size of the payload, which is an array of numbers of 8 bytes (0.5, 1.5 …); with 0 there is none. */
  readonly bytes: number
}

/** What one hop takes: the time of a chain of ten, less that of a chain of one, divided by nine. */
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
