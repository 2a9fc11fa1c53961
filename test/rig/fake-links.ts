import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { fakeBrickdLink } from './fake-brickd-link.ts'
import { FakeTelegramLink } from './fake-telegram-link.ts'

/** Stand-ins for what is outside the house, by connection type. The embedded broker needs none. */
export const fakeLinks: Readonly<Record<string, (context: ConnectionContext) => unknown>> = {
  'telegram-bot': () => new FakeTelegramLink(),
  brickd: () => fakeBrickdLink(),
  'web-push': () => ({ browsers: async () => ['a-browser'] }),
}
