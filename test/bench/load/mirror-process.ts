import { createServer, type Socket } from 'node:net'
import { FrameReader } from './frame-reader.ts'
import { frameTypes, packetIdOf, pubackPackets } from './packets.ts'

// What a broker with a flow would be that costs next to nothing: every PUBLISH comes back as it is. The
// load on it shows how much the load process itself can bear, so that nobody takes that for a system's limit.

const CONNACK = Buffer.from([0x20, 2, 0, 0])
const SUBACK = Buffer.from([0x90, 3, 0, 1, 0])
/** Who gets what of which sensor, `s7`; `#`: of all. */
const receivers = new Map<string, Socket>()

process.on('disconnect', () => process.exit())
const server = createServer({ noDelay: true }, serve).listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(address.port)
})

function serve(socket: Socket): void {
  let forth: Uint8Array[] = []
  let packetIds: number[] = []
  /** A publisher has sensors of one half of the load only. */
  let receiver: Socket | undefined
  const frames = new FrameReader((firstByte, bytes, start, end) => {
    const type = firstByte >> 4
    if (type === frameTypes.connect) socket.write(CONNACK)
    if (type === frameTypes.subscribe) {
      const filter = bytes.toString('latin1', start + 4, end - 1)
      receivers.set(filter.slice(filter.lastIndexOf('/') + 1), socket)
      socket.write(SUBACK)
    }
    if (type !== frameTypes.publish) return
    receiver ??= receivers.get('#') ?? receivers.get(sensorOf(bytes.toString('latin1', start, end)))
    forth.push(bytes.subarray(start - 2, end)) // all packets of the load have a fixed header of two bytes
    const id = packetIdOf(firstByte, bytes, start)
    if (id !== 0) packetIds.push(id)
  })
  socket.on('error', () => {}) // the load may leave as it likes
  socket.on('data', (chunk: Buffer) => {
    frames.read(chunk)
    if (forth.length > 0) receiver?.write(Buffer.concat(forth))
    if (packetIds.length > 0) socket.write(pubackPackets(packetIds))
    forth = []
    packetIds = []
  })
}

const sensorOf = (publish: string): string => /\/sensors\/(\w+)\//.exec(publish)?.[1] ?? ''
