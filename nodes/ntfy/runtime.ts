import { implementNode } from '#kit/runtime/implement-node.ts'
import { Notifier } from '#kit/runtime/notify.ts'
import type { News } from '#kit/runtime/outbox.ts'
import { composer } from './compose.ts'
import { ntfy } from './definition.ts'

export const ntfyRuntime = implementNode(ntfy, (context) => {
  const { config, clock } = context
  context.link(config.server)
  const compose = composer(config)
  const notifier = new Notifier(context, config)
  return {
    async in(message) {
      const { notification, warning } = compose(message, clock.now())
      const { topic, title, message: text } = notification
      const notice = {
        connection: config.server,
        target: topic,
        body: notification,
        title: (title ?? text).slice(0, 200),
        text,
      }
      await notifier.post(message, notice, warning)
    },
    told: (news: News) => notifier.told(news),
  }
})
