import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { smtp } from './definition.ts'
import { Mailer } from './mailer.ts'

export const smtpRuntime = implementConnection(smtp, {}, (context) => ({
  link: {},
  carrier: new Mailer(context),
}))
