import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { webPush } from './definition.ts'
import { Pusher } from './pusher.ts'

export const webPushRuntime = implementConnection(webPush, { browsers: 'call' }, (context) => ({
  link: {
    browsers: async (user) =>
      context.services.browsers.of(user === '' ? undefined : user).map(({ id }) => id),
  },
  carrier: new Pusher(context),
}))
