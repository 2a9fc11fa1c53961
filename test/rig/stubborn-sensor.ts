import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { generate, type IPublishPacket, parser } from 'mqtt-packet'

const AGAIN_AFTER_MS = 100
const MOST_IDS = 65_535

/**
 * A client that keeps to MQTT 3.1.1 to the letter: what was not acknowledged it sends again after each new
 * connection, in order, by the same packet id and with DUP (section 4.4). mqtt.js leaves DUP out, and gives up
 * what was published in the moment of a reconnect.
 */
export class StubbornSensor {
  readonly #port: number
  readonly #client: string
  /** Not acknowledged yet, in order. */
  readonly #open = new Map<number, { readonly packet: IPublishPacket; wasSent: boolean }>()
  #socket: Socket | undefined
  #isConnected = false
  #isClosed = false
  #lastId = 0
  #onAcknowledged: () => void = () => {}

  constructor(port: number, client: string) {
    this.#port = port
    this.#client = client
    void this.#stayConnected()
  }

  publish(topic: string, payload: string): void {
    const messageId = this.#freeId()
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      messageId,
      dup: false,
      retain: false,
    }
    this.#open.set(messageId, { packet, wasSent: false })
    if (this.#isConnected) this.#send(messageId)
  }

  /** Resolves when everything is acknowledged. */
  async end(): Promise<void> {
    while (this.#open.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onAcknowledged = resolve
      await promise
    }
    this.#isClosed = true
    this.#socket?.end(generate({ cmd: 'disconnect' }))
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % MOST_IDS) + 1
    while (this.#open.has(this.#lastId))
    return this.#lastId
  }

  async #stayConnected(): Promise<void> {
    while (!this.#isClosed) {
      await this.#connection()
      this.#isConnected = false
      await pause(AGAIN_AFTER_MS)
    }
  }

  /** Resolves when it has ended. */
  #connection(): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    this.#socket = socket
    const packets = parser()
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connack') this.#begin()
      if (packet.cmd !== 'puback' || packet.messageId === undefined) return
      this.#open.delete(packet.messageId)
      this.#onAcknowledged()
    })
    socket.on('data', (data) => packets.parse(data))
    socket.on('error', () => {}) // and then it closes
    socket.write(generate({ cmd: 'connect', clientId: this.#client, clean: false, keepalive: 30 }))
    return new Promise((resolve) => socket.once('close', () => resolve()))
  }

  #begin(): void {
    this.#isConnected = true
    for (const messageId of this.#open.keys()) this.#send(messageId)
  }

  #send(messageId: number): void {
    const message = this.#open.get(messageId)
    if (!message) return
    this.#socket?.write(generate({ ...message.packet, dup: message.wasSent }))
    message.wasSent = true
  }
}
