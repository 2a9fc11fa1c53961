import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Doorbell } from './doorbell.ts'
import { RecordReader } from './record-reader.ts'
import { RecordWriter } from './record-writer.ts'
import type { RingReader, RingWriter } from './ring.ts'
import { createRing, openRing } from './ring-memory.ts'

/** One end of a pair of rings as it travels to its thread; the port must stand in the `transferList`. */
export interface RingEndMemory {
  readonly incoming: SharedArrayBuffer
  readonly outgoing: SharedArrayBuffer
  readonly bells: SharedArrayBuffer
  /** Which of the bells is this end's own. */
  readonly own: 0 | 1
  readonly port: MessagePort
}

/** One thread's end of a pair of rings. */
export interface RingEnd {
  readonly writer: RingWriter
  readonly reader: RingReader
  /**
   * From now on calls `turn` when there is something new to read, and after room has come that was waited for. A turn
   * that answers `true` is called again soon, also if nothing new comes: there is more than it wanted to read at once.
   * Keeps the thread alive until `close`.
   */
  listen(turn: () => boolean): void
  /** Ends the listening and closes the port: nothing comes or goes any more. */
  close(): void
}

/** The bells stand in cache lines of their own. */
const BELL_STRIDE = 16

/** Two rings between the core and a host, of `capacity` bytes each (a power of two, 512 to 2^30). */
export function createRingPair(capacity: number): {
  readonly core: RingEndMemory
  readonly host: RingEndMemory
} {
  const toHost = createRing(capacity)
  const toCore = createRing(capacity)
  const bells = new SharedArrayBuffer(2 * BELL_STRIDE * Int32Array.BYTES_PER_ELEMENT)
  const { port1, port2 } = new MessageChannel()
  return {
    core: { incoming: toCore, outgoing: toHost, bells, own: 0, port: port1 },
    host: { incoming: toHost, outgoing: toCore, bells, own: 1, port: port2 },
  }
}

/** Opens an end in the thread that works with it. */
export function openRingEnd(end: RingEndMemory): RingEnd {
  const cells = new Int32Array(end.bells)
  const self = new Doorbell(cells, end.own * BELL_STRIDE)
  const other = new Doorbell(cells, (1 - end.own) * BELL_STRIDE)
  const writer = new RecordWriter(openRing(end.outgoing), end.port, other, self)
  const reader = new RecordReader(openRing(end.incoming), end.port, other)
  return { writer, reader, listen, close }

  function listen(turn: () => boolean): void {
    let seen = -1
    end.port.ref()
    self.listen(
      () => {
        seen = reader.head
        writer.tellRoom()
        return turn()
      },
      () => reader.head !== seen || writer.isRoomAwaited,
    )
  }

  function close(): void {
    self.close()
    end.port.close()
  }
}
