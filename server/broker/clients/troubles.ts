import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { BrokerLimits } from '../limits.ts'

/** The last thing that went wrong with a client, in plain words. */
export interface Trouble extends Sentence {
  readonly at: number
}

/** Clients whose trouble is remembered; those that had theirs longest ago are forgotten first. */
const MOST = 1_000

/** What went wrong last with each client, also with those that are gone. */
export class Troubles {
  readonly #clock: Clock
  readonly #byClient = new Map<string, Trouble>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(clientId: string): Trouble | undefined {
    return this.#byClient.get(clientId)
  }

  note(clientId: string, sentence: Sentence): void {
    this.#byClient.delete(clientId)
    this.#byClient.set(clientId, { ...sentence, at: this.#clock.now() })
    const oldest = this.#byClient.keys().next().value
    if (this.#byClient.size > MOST && oldest !== undefined) this.#byClient.delete(oldest)
  }
}

/** Says in plain words why a connection was ended, for what the protocol's code threw. */
export function troubleOf(error: Error, limits: BrokerLimits): Sentence {
  const { code, message } = error as NodeJS.ErrnoException
  const say = sentences[code ?? ''] ?? sentences[message]
  return say === undefined ? other(message) : say(limits)
}

/** By the code of an error, or by its message where aedes gives none. */
const sentences: Readonly<Record<string, (limits: BrokerLimits) => Sentence>> = {
  'drain timeout': ({ drainWithinMs }) => {
    const seconds = drainWithinMs / 1_000
    return {
      code: 'CLIENT_TAKES_NOTHING',
      message: `It took nothing of what was sent to it for ${seconds} s, so it was disconnected.`,
      values: { seconds },
    }
  },
  'keep alive timeout': () => ({
    code: 'CLIENT_SILENT',
    message: 'It was silent for longer than its keep-alive allows, so it counts as gone.',
  }),
  'too many messages without an acknowledgement': () => ({
    code: 'CLIENT_UNACKNOWLEDGED',
    message: 'It acknowledged too few of the messages that were sent to it, so it was disconnected.',
  }),
  PACKET_TOO_LARGE: ({ packetBytes }) => ({
    code: 'CLIENT_PACKET_TOO_LARGE',
    message: `It sent a packet larger than ${packetBytes} bytes, so it was disconnected.`,
    values: { bytes: packetBytes },
  }),
  PACKET_MALFORMED: () => ({
    code: 'CLIENT_PACKET_MALFORMED',
    message: 'It sent something that is not MQTT, so it was disconnected.',
  }),
}

const other = (reason: string): Sentence => ({
  code: 'CLIENT_DISCONNECTED',
  message: `It was disconnected: ${reason}`,
  values: { reason },
})

export const tooFast = (): Sentence => ({
  code: 'CLIENT_TOO_FAST',
  message: 'It sends faster than it may. It is slowed down; nothing is lost.',
})

export const kicked = (by: string): Sentence => ({
  code: 'CLIENT_KICKED',
  message: `${by} disconnected it.`,
  values: { by },
})
