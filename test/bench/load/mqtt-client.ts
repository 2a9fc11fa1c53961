import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { FrameReader, type OnFrame } from './frame-reader.ts'
import { connectPacket, disconnectPacket, frameTypes, type LoadQoS, subscribePacket } from './packets.ts'

/**
 * All sockets are read into this one, for each read is handled before the next: without it, Node makes a
 * buffer and some events for every read, which with 500 connections costs more than what is measured.
 */
const readBuffer = Buffer.alloc(256 * 1024)

/** One MQTT connection on a raw socket. */
export class MqttClient {
  readonly socket: Socket
  /** Called when all packets of one read have been handed over. */
  onRead: () => void = () => {}
  /** Called if the connection ends before `close`. */
  onLost: (error: Error) => void = () => {}
  readonly #frames = new FrameReader(() => {})
  #isClosing = false

  private constructor(port: number) {
    const callback = (length: number): boolean => {
      this.#frames.read(readBuffer.subarray(0, length))
      this.onRead()
      return true
    }
    this.socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer, callback },
    })
    this.socket.on('error', ({ message }) => this.#lose(message))
    this.socket.on('end', () => this.#lose('The broker closed the connection.'))
    this.socket.on('close', () => this.#lose('The broker closed the connection.'))
  }

  /** Called with each packet that arrives; the body lies between `start` and `end`. */
  set onFrame(call: OnFrame) {
    this.#frames.onFrame = call
  }

  /** Rejects if nobody listens, or the broker refuses. */
  static async connect(port: number, clientId: string): Promise<MqttClient> {
    const client = new MqttClient(port)
    await once(client.socket, 'connect')
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
