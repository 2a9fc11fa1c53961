import type { EventEmitter } from 'node:events'
import type { ISubscribePacket, IUnsubscribePacket, Packet } from 'mqtt-packet'
import type { AedesClient } from './aedes.ts'
import { endCodes, endingError } from './farewell.ts'

type NextBatch = AedesClient['_nextBatch']

export interface IntakeHandlers {
  /** Takes the place of aedes'. */
  readonly changeSubscriptions: (
    packet: ISubscribePacket | IUnsubscribePacket,
    done: (error?: Error) => void,
  ) => void
  /** The client refuses a message of QoS 2. */
  readonly onRefused: (packetId: number) => void
}

/**
 * Gives aedes the packets of a client as the parser finds them. aedes would begin with all that one read
 * has brought at once; here what changes subscriptions waits for what came before, and keeps waiting what
 * comes behind, as all does behind CONNECT. So a retained message and the SUBSCRIBE behind it do not come
 * to two copies.
 */
export class ClientIntake {
  readonly #client: AedesClient
  readonly #handlers: IntakeHandlers
  readonly #parser: EventEmitter
  readonly #giveToAedes: (packet: Packet) => void
  readonly #waiting: Packet[] = []
  #inHand = 0
  #isAlone = false

  constructor(client: AedesClient, handlers: IntakeHandlers) {
    this.#client = client
    this.#handlers = handlers
    this.#parser = client._parser
    const [listener] = this.#parser.listeners('packet')
    if (listener === undefined) throw new Error('aedes does not listen to its parser any more')
    this.#giveToAedes = listener.bind(this.#parser) as (packet: Packet) => void
    this.#parser.removeAllListeners('packet')
    this.#parser.on('packet', (packet: Packet) => this.#take(packet))
    this.#countInHand()
  }

  /** aedes reads `_nextBatch` once for each packet, and calls what it got when it is done with it. */
  #countInHand(): void {
    const { get, value } = Object.getOwnPropertyDescriptor(this.#client, '_nextBatch') ?? {}
    const nextBatch = (): NextBatch => (get ? get.call(this.#client) : value)
    Object.defineProperty(this.#client, '_nextBatch', {
      get: () => {
        this.#inHand++
        return this.#whenDone(nextBatch())
      },
    })
  }

  #whenDone(next: NextBatch): NextBatch {
    let isDone = false
    return (error) => {
      if (!isDone) this.#inHand--
      isDone = true
      next(error)
      this.#goOn()
    }
  }

  #take(packet: Packet): void {
    if (this.#waiting.length > 0 || this.#mustWait(packet)) this.#waiting.push(packet)
    else this.#give(packet)
  }

  #mustWait(packet: Packet): boolean {
    return this.#inHand > 0 && (this.#isAlone || !this.#client.connected || isChange(packet))
  }

  #goOn(): void {
    while (!this.#client.closed) {
      const [next] = this.#waiting
      if (next === undefined || this.#mustWait(next)) return
      this.#waiting.shift()
      this.#give(next)
    }
  }

  #give(packet: Packet): void {
    if (packet.cmd === 'connect' && this.#client.connected) {
      this.#client.emit('error', endingError('a second CONNECT', endCodes.protocolError))
      return
    }
    if (packet.cmd === 'pubrec' && (packet.reasonCode ?? 0) >= 0x80)
      this.#handlers.onRefused(packet.messageId ?? 0)
    if (!isChange(packet) || !this.#client.connected) {
      this.#giveToAedes(packet)
      return
    }
    this.#client._parsingBatch++
    this.#isAlone = true
    const next = this.#client._nextBatch
    this.#handlers.changeSubscriptions(packet, (error) => {
      this.#isAlone = false
      next(error)
    })
    this.#client._keepaliveTimer?.refresh()
  }
}

const isChange = (packet: Packet): packet is ISubscribePacket | IUnsubscribePacket =>
  packet.cmd === 'subscribe' || packet.cmd === 'unsubscribe'
