import { implementNode } from '#kit/runtime/implement-node.ts'
import { Notifier } from '#kit/runtime/notify.ts'
import type { News } from '#kit/runtime/outbox.ts'
import { composer } from './compose.ts'
import { email } from './definition.ts'
import { readRecipients } from './recipients.ts'

export const emailRuntime = implementNode(email, (context) => {
  const { config, clock } = context
  context.link(config.account)
  const compose = composer(config)
  const recipients = readRecipients(config.to).good
  const notifier = new Notifier(context, config)
  return {
    async in(message) {
      const { mail, warning } = compose(message, clock.now())
      const notices = recipients.map((to) => ({
        connection: config.account,
        target: to,
        body: { ...mail, to },
        title: mail.subject,
        text: mail.text,
        adds: { to },
      }))
      await Promise.all(notices.map((notice) => notifier.post(message, notice, warning)))
    },
    told: (news: News) => notifier.told(news),
  }
})
