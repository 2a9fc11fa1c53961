import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Duplex } from 'node:stream'

/** Takes what was read. The bytes are borrowed: they are others' as soon as the call is over. */
type Take = (bytes: Buffer) => void

/** What Node's sockets have and its types leave out. */
interface HandleOwner {
  _handle: object | null
}

/** All sockets are read into this one: a buffer of its own for each read costs more than the read itself. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)
/** Of most reads: what one sensor sends. */
const SMALL = 512
const smallViews: Buffer[] = []

/** The first bytes. A view of a small part is made once: with many clients it costs as much as what is done with it. */
function firstBytes(count: number): Buffer {
  if (count > SMALL) return shared.subarray(0, count)
  smallViews[count] ??= shared.subarray(0, count)
  return smallViews[count]
}

/**
 * Reads from a stream, from now on, until it is paused; answers the stream to write to and to end. For a
 * plain TCP socket, which must not have been read yet, that is another one around the same connection:
 * only a new socket can be told where to read into.
 */
export function readBorrowed(stream: Duplex, take: Take): Duplex {
  const handle = plainHandle(stream)
  if (handle !== undefined) return readShared(stream, handle, take)
  stream.on('data', take)
  stream.resume()
  return stream
}

function readShared(accepted: Duplex, handle: object, take: Take): Socket {
  const callback = (count: number): boolean => {
    take(firstBytes(count))
    return true
  }
  const options = { handle, onread: { buffer: shared, callback } }
  const socket = new Socket(options as SocketConstructorOpts)
  // the server counts its connections by those that it has accepted
  socket.once('close', () => accepted.destroy())
  return socket
}

/** Takes the connection away from a socket. Private in Node: where it is missing, sockets are read as usual. */
function plainHandle(stream: Duplex): object | undefined {
  if (stream.constructor !== Socket) return undefined
  const owner = stream as Duplex & HandleOwner
  const handle = owner._handle ?? undefined
  if (handle !== undefined) owner._handle = null
  return handle
}
