import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { fakeBrickdLink } from './fake-brickd-link.ts'
import { FakeMqtt } from './fake-services.ts'
import { FakeTelegramLink } from './fake-telegram-link.ts'

/** Stand-ins for what is outside the house, by connection type. What only posts needs none: the outbox is one. */
export const fakeLinks: Readonly<Record<string, (context: ConnectionContext) => unknown>> = {
  mqtt: ({ id, services }) => (id === mqttBroker.builtIn?.id ? services.mqtt : new FakeMqtt()),
  'telegram-bot': () => new FakeTelegramLink(),
  brickd: () => fakeBrickdLink(),
  'web-push': () => ({ browsers: async () => ['a-browser'] }),
}
