import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  connectPacket,
  disconnectPacket,
  FrameReader,
  frameTypes,
  type LoadQoS,
  subscribePacket,
} from './packets.ts'

/** One MQTT connection on a raw socket. */
export class MqttClient {
  readonly socket: Socket
  /** Called with each packet that arrives; the body lies between `start` and `end`. */
  onFrame: (firstByte: number, bytes: Buffer, start: number, end: number) => void = () => {}
  /** Called when all packets of one read have been handed over. */
  onRead: () => void = () => {}
  /** Called if the connection ends before `close`. */
  onLost: (error: Error) => void = () => {}
  #isClosing = false

  private constructor(socket: Socket) {
    this.socket = socket
    const frames = new FrameReader((firstByte, bytes, start, end) =>
      this.onFrame(firstByte, bytes, start, end),
    )
    socket.on('data', (chunk: Buffer) => {
      frames.read(chunk)
      this.onRead()
    })
    socket.on('error', ({ message }) => this.#lose(message))
    socket.on('end', () => this.#lose('The broker closed the connection.'))
  }

  /** Rejects if nobody listens, or the broker refuses. */
  static async connect(port: number, clientId: string): Promise<MqttClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const client = new MqttClient(socket)
    await client.#ask(connectPacket(clientId), frameTypes.connack)
    return client
  }

  async subscribe(filter: string, qos: LoadQoS): Promise<void> {
    await this.#ask(subscribePacket(filter, qos), frameTypes.suback)
  }

  /** Says goodbye and waits until the connection is closed; one that is lost is only let go. */
  async close(): Promise<void> {
    if (this.#isClosing) {
      this.socket.destroy()
      return
    }
    this.#isClosing = true
    this.onRead = () => {} // nothing is sent any more
    const closed = once(this.socket, 'close')
    this.socket.end(disconnectPacket())
    await closed
  }

  #lose(reason: string): void {
    if (!this.#isClosing) this.onLost(new Error(reason))
    this.#isClosing = true
  }

  /** Sends a packet and waits for its answer. */
  #ask(packet: Buffer, answer: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onLost = reject
      this.onFrame = (firstByte) => {
        if (firstByte >> 4 === answer) resolve()
      }
      this.socket.write(packet)
    })
  }
}
