import type { MqttPacket, MqttPublish, MqttService } from '#kit/mqtt.ts'
import type { BrowserDesk } from '#kit/runtime/browsers.ts'
import type { Pulse, PulseService, Sample, Services } from '#kit/runtime/services.ts'
import { topicMatches } from '#kit/topic.ts'
import { createCodeService } from '#server/user-code/code-service.ts'
import { FakeAlarms, FakeDeadLetters, FakeOutbox, FakePostDesk } from './fake-outbox.ts'

/** A broker in twenty lines: delivers to matching subscribers and keeps what was published. */
export class FakeMqtt implements MqttService {
  readonly published: MqttPacket[] = []
  readonly #retained = new Map<string, MqttPacket>()
  readonly #subscribers = new Set<{ filter: string; deliver: (packet: MqttPacket) => void | Promise<void> }>()

  async publish({ payload, ...rest }: MqttPublish): Promise<void> {
    const packet = {
      ...rest,
      payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    }
    this.published.push(packet)
    if (packet.retain) this.#retained.set(packet.topic, packet)
    const matching = [...this.#subscribers].filter(({ filter }) => topicMatches(filter, packet.topic))
    await Promise.all(matching.map(({ deliver }) => deliver({ ...packet, retain: false })))
  }

  subscribe(filter: string, _qos: number, deliver: (packet: MqttPacket) => void | Promise<void>): Disposable {
    const subscriber = { filter, deliver }
    this.#subscribers.add(subscriber)
    for (const packet of this.#retained.values()) if (topicMatches(filter, packet.topic)) void deliver(packet)
    return { [Symbol.dispose]: () => void this.#subscribers.delete(subscriber) }
  }
}

/** A house in which nothing goes on but what a test says. */
export class FakePulse implements PulseService {
  now: Pulse = {
    ...{ upForMs: 60_000, flows: 1, messages: 0, failures: 0 },
    ...{ waiting: 0, oldestWaitingMs: 0, deadLetters: 0 },
  }

  async read(): Promise<Pulse> {
    return this.now
  }
}

export interface FakeServices extends Services {
  readonly mqtt: FakeMqtt
  readonly samples: Sample[]
  readonly outbox: FakeOutbox
  readonly alarms: FakeAlarms
  readonly deadLetters: FakeDeadLetters
  readonly pulse: FakePulse
  /** For connections. */
  readonly posts: FakePostDesk
  readonly browsers: BrowserDesk
  takenBefore(): []
}

/** Nobody has switched on notifications. */
export const noBrowsers: BrowserDesk = {
  keys: () => Promise.reject(new Error('this house has no keys')),
  of: () => [],
  find: () => undefined,
  forget: async () => {},
}

/** Services that stay inside the test. */
export function fakeServices(): FakeServices {
  const samples: Sample[] = []
  return {
    mqtt: new FakeMqtt(),
    samples,
    timeSeries: { write: (sample) => void samples.push(sample) },
    code: createCodeService(),
    outbox: new FakeOutbox(),
    posts: new FakePostDesk(),
    browsers: noBrowsers,
    takenBefore: () => [],
    alarms: new FakeAlarms(),
    deadLetters: new FakeDeadLetters(),
    pulse: new FakePulse(),
    endpoints: { telegram: 'http://127.0.0.1:9' },
  }
}
