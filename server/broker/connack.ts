import { generate, type IConnackPacket, type Packet, parser } from 'mqtt-packet'

/** The remaining length of a CONNACK before MQTT 5. */
const LENGTH_OF_3 = 2

/**
 * CONNACK, the first packet that aedes writes to a client, as we want it: it comes in pieces, and leaves
 * whole. aedes takes a session without subscriptions for none,
 * and says that it shares no subscriptions.
 */
export class Connack {
  readonly #correct: (packet: IConnackPacket) => void
  #bytes = Buffer.alloc(0)

  constructor(correct: (packet: IConnackPacket) => void) {
    this.#correct = correct
  }

  /** Answers the packet once its last piece is there. */
  add(piece: Uint8Array): Uint8Array | undefined {
    this.#bytes = Buffer.concat([this.#bytes, piece])
    const protocolVersion = this.#bytes[1] === LENGTH_OF_3 ? 4 : 5
    let whole: Packet | undefined
    const reader = parser({ protocolVersion })
    reader.on('packet', (packet: Packet) => {
      whole = packet
    })
    reader.parse(this.#bytes)
    if (whole?.cmd !== 'connack') return undefined
    this.#correct(whole)
    return generate(whole, { protocolVersion })
  }
}
