/** What one ring is made of; made once, and mapped by both threads. */
export interface RingMemory {
  /** The cells that both threads look at; see `cell`. */
  readonly cells: Int32Array
  /** The records, as words and as bytes. */
  readonly words: Int32Array
  readonly bytes: Buffer
  /** A power of two. */
  readonly capacity: number
}

/**
 * Where in `cells` what stands, each in a cache line of its own. Positions count bytes from the ring's start on
 * and run over at 2^32, which a power of two divides: differences of positions are right modulo 2^32.
 */
export const cell = {
  /** Up to where the reader may read: written by the writer, at a flush. */
  head: 0,
  /** Up to where it has read, and the writer may overwrite: written by the reader. */
  tail: 16,
  /** 1 while the writer waits for room. */
  isWaiting: 32,
  /** How many KiB the reader has taken from outside the ring, modulo 2^32. */
  outsideTaken: 48,
} as const

const CELL_BYTES = 256

/**
 * How an entry begins: with a word that holds its size in bytes, a multiple of four, and in the two bits left
 * over what it is.
 */
export const form = {
  /** kind | flags << 8 | topic number << 16, a, b, length, then the payload. */
  record: 0,
  /** A number and a length, then a topic that has this number from now on. */
  topic: 1,
  /** As a record, but topic and payload come through the port. */
  outside: 2,
  /** Nothing more up to the end of the memory. */
  gap: 3,
} as const

export const RECORD_HEADER = 20
export const TOPIC_HEADER = 12

/** How many topics have a number at a time; the number after the last is for one that is too long to keep. */
export const NUMBERED_TOPICS = 10_000

/** From so many KiB on that wait outside of the ring, there is no room for more there. */
export const OUTSIDE_KIB = 16_384

/** The largest entry that goes into the ring: then a topic, a gap and a record always fit into half of it. */
export const largestEntry = (capacity: number): number => capacity >>> 3

export const padded = (bytes: number): number => (bytes + 3) & ~3

/** So many KiB does an entry count that goes outside of the ring. */
export const kibOf = (topic: string, bytes: Uint8Array): number => 1 + ((topic.length + bytes.length) >>> 10)

/** What goes through the port for an entry of the form `outside`. */
export interface Outside {
  readonly topic: string
  readonly bytes: Uint8Array
}

/** `capacity` in bytes, a power of two from 512 to 2^30. */
export function createRing(capacity: number): SharedArrayBuffer {
  const isPowerOfTwo = Number.isInteger(Math.log2(capacity))
  if (!isPowerOfTwo || capacity < 512 || capacity > 2 ** 30)
    throw new RangeError(`a ring of ${capacity} bytes`)
  return new SharedArrayBuffer(CELL_BYTES + capacity)
}

export function openRing(shared: SharedArrayBuffer): RingMemory {
  const capacity = shared.byteLength - CELL_BYTES
  return {
    cells: new Int32Array(shared, 0, CELL_BYTES / 4),
    words: new Int32Array(shared, CELL_BYTES, capacity / 4),
    bytes: Buffer.from(shared, CELL_BYTES, capacity),
    capacity,
  }
}

/** From then on there is room for any record: only now is a writer woken that waits, and seldom in vain. */
export const isHalfFree = (capacity: number, used: number): boolean => used <= capacity >>> 1
