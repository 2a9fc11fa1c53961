import type { MqttPacket } from '#kit/mqtt.ts'

/** Looks at a message. The payload is borrowed: what is to stay of it has to be copied during the call. */
export type Look = (packet: MqttPacket) => void

/** Those who look on at everything that is published. Nobody waits for them, and they cost nothing while there are none. */
export class Onlookers {
  readonly #all = new Set<Look>()
  /** Missing while nobody looks. */
  see: Look | undefined

  add(look: Look): Disposable {
    this.#all.add(look)
    this.#change()
    return {
      [Symbol.dispose]: () => {
        this.#all.delete(look)
        this.#change()
      },
    }
  }

  #change(): void {
    const [first, ...more] = this.#all
    this.see = more.length === 0 ? first : (packet) => this.#all.forEach((look) => void look(packet))
  }
}
