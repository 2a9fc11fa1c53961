import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { webhook } from './definition.ts'
import { Hook } from './hook.ts'

export const webhookRuntime = implementConnection(webhook, {}, (context) => ({
  link: {},
  carrier: new Hook(context),
}))
