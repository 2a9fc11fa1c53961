import { readFileSync } from 'node:fs'

/** One thing that the recorded process did, in the order in which it happened. */
export type Deed =
  | { readonly kind: 'create' | 'remove' | 'folder'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly length: number }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  /** What was written before a thread began a sync is on the disk once it ends. */
  | { readonly kind: 'sync-begin' | 'sync-end'; readonly path: string; readonly thread: number }
  /** Said to the client at this port. */
  | { readonly kind: 'say'; readonly port: number; readonly data: Buffer }

const HEAD_BYTES = 19

/** What `recorder.c` has noted. */
export function readJournal(file: string): Deed[] {
  const log = readFileSync(file)
  const deeds: Deed[] = []
  for (let at = 0; at + HEAD_BYTES <= log.length; ) {
    const dataLength = log.readUInt32LE(at)
    const pathLength = log.readUInt16LE(at + 4)
    const kind = String.fromCharCode(log.readUInt8(at + 6))
    const thread = log.readUInt32LE(at + 7)
    const offset = Number(log.readBigInt64LE(at + 11))
    const path = log.toString('utf8', at + HEAD_BYTES, at + HEAD_BYTES + pathLength)
    const data = log.subarray(at + HEAD_BYTES + pathLength, at + HEAD_BYTES + pathLength + dataLength)
    deeds.push(toDeed(kind, path, { thread, offset, data }))
    at += HEAD_BYTES + pathLength + dataLength
  }
  return deeds
}

function toDeed(
  kind: string,
  path: string,
  { thread, offset, data }: { readonly thread: number; readonly offset: number; readonly data: Buffer },
): Deed {
  switch (kind) {
    case 'c':
      return { kind: 'create', path }
    case 'u':
      return { kind: 'remove', path }
    case 'd':
      return { kind: 'folder', path }
    case 'w':
      return { kind: 'write', path, at: offset, data }
    case 't':
      return { kind: 'truncate', path, length: offset }
    case 'r':
      return { kind: 'rename', path, to: data.toString() }
    case 'b':
      return { kind: 'sync-begin', path, thread }
    case 'e':
      return { kind: 'sync-end', path, thread }
    case 's':
      return { kind: 'say', port: Number(path.slice('port:'.length)), data }
    default:
      throw new Error(`The recorder noted "${kind}", which nobody knows.`)
  }
}
