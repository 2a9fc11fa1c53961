/**
 * One way between two threads: records in shared memory, one thread writes, one reads.
 * What is written becomes visible at a flush, all of it at once; so a reader never sees half a turn, and never
 * what a thread wrote that was ended before its flush.
 */
export interface RingWriter {
  /**
   * Answers `false` where there is no room now; then nothing was written. The payload is copied.
   * `kind` and `flags` are 0 to 255, `a` and `b` 0 to 2^32-1, the topic at most 65,535 bytes of UTF-8.
   */
  write(kind: number, flags: number, a: number, b: number, topic: string, payload: Uint8Array): boolean
  /** As `write`, with the text as UTF-8. */
  writeText(kind: number, flags: number, a: number, b: number, topic: string, text: string): boolean
  /** Makes all that was written visible at once, and wakes the reader if it sleeps. */
  flush(): void
  /**
   * Calls once, in a later turn, when there is room for any record. Flushes first, for room comes only from
   * what the reader can see: a turn that is larger than the ring arrives in parts.
   */
  whenRoom(call: () => void): void
}

/** Gets one record. The bytes from `start` to `end` are valid during the call only. */
export type TakeRecord = (
  kind: number,
  flags: number,
  a: number,
  b: number,
  topic: string,
  bytes: Buffer,
  start: number,
  end: number,
) => void

export interface RingReader {
  /**
   * Reads at most so many of the records that were flushed, and answers how many. A record counts as read
   * also where `take` has thrown. Not to be called from inside `take`.
   */
  drain(limit: number, take: TakeRecord): number
}
