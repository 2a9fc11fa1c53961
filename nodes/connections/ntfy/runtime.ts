import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { ntfy } from './definition.ts'
import { Publisher } from './publisher.ts'

export const ntfyRuntime = implementConnection(ntfy, {}, (context) => ({
  link: {},
  carrier: new Publisher(context),
}))
