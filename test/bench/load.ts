import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { generate, type Packet, parser } from 'mqtt-packet'

/** One MQTT connection on a raw socket: what it sends is encoded beforehand. */
export interface RawClient extends Disposable {
  readonly socket: Socket
  /** Called with each packet that arrives. */
  onPacket: (packet: Packet) => void
}

export async function connectRaw(port: number, clientId: string): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  const packets = parser()
  const client: RawClient = { socket, onPacket: () => {}, [Symbol.dispose]: () => void socket.destroy() }
  const connected = new Promise<void>((resolve) => {
    client.onPacket = ({ cmd }) => cmd === 'connack' && resolve()
  })
  packets.on('packet', (packet) => client.onPacket(packet))
  socket.on('data', (chunk) => packets.parse(chunk))
  socket.write(
    generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive: 0 }),
  )
  await connected
  return client
}

export interface LoadResult {
  readonly messages: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

interface LoadOptions {
  readonly port: number
  readonly qos: 0 | 1
  readonly messages: number
  readonly publishers: number
  /** Messages on their way at the same time; with one in flight, it is the latency of a quiet house. */
  readonly window: number
}

/** Publishes to `bench/<n>/temperature` and waits for each message at `bench-out/#`. Answers rate and latency in milliseconds. */
export async function runLoad({ port, qos, messages, publishers, window }: LoadOptions): Promise<LoadResult> {
  const sender = await Promise.all(
    Array.from({ length: publishers }, (_, n) => connectRaw(port, `load-${qos}-${n}`)),
  )
  using receiver = await connectRaw(port, `receiver-${qos}`)
  const subscribed = new Promise<void>((resolve) => {
    receiver.onPacket = ({ cmd }) => cmd === 'suback' && resolve()
  })
  receiver.socket.write(
    generate({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'bench-out/#', qos }],
    }),
  )
  await subscribed

  const packets = encodeAll(messages, publishers, qos)
  const sentAt = new Float64Array(messages)
  const latency: number[] = []
  let sent = 0
  let received = 0
  const done = Promise.withResolvers<void>()
  const fill = (): void => {
    const batches = new Map<number, Buffer[]>()
    while (sent < messages && sent - received < window) {
      sentAt[sent] = performance.now()
      const from = sent % publishers
      const batch = batches.get(from) ?? []
      batches.set(from, batch)
      batch.push(packets[sent] ?? Buffer.alloc(0))
      sent += 1
    }
    for (const [from, batch] of batches) sender[from]?.socket.write(Buffer.concat(batch))
  }
  receiver.onPacket = (packet) => {
    if (packet.cmd !== 'publish') return
    const { messageId, payload } = packet
    if (qos === 1 && messageId !== undefined) receiver.socket.write(generate({ cmd: 'puback', messageId }))
    const { n } = JSON.parse(payload.toString()) as { n: number }
    latency.push(performance.now() - (sentAt[n] ?? 0))
    received += 1
    if (received === messages) done.resolve()
    else fill()
  }
  const start = performance.now()
  fill()
  await done.promise
  const seconds = (performance.now() - start) / 1000
  for (const client of sender) client[Symbol.dispose]()
  latency.sort((one, other) => one - other)
  const at = (share: number): number => latency[Math.floor(latency.length * share)] ?? 0
  return { messages, perSecond: messages / seconds, p50: at(0.5), p99: at(0.99) }
}

function encodeAll(messages: number, publishers: number, qos: 0 | 1): Buffer[] {
  return Array.from({ length: messages }, (_, n) =>
    generate({
      cmd: 'publish',
      topic: `bench/${n % 100}/temperature`,
      payload: JSON.stringify({ n, celsius: 20 + (n % 2) }),
      qos,
      retain: false,
      dup: false,
      ...(qos === 1 && { messageId: (Math.floor(n / publishers) % 65_535) + 1 }),
    }),
  )
}
