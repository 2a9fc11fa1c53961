import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import { Notifier } from '#kit/runtime/notify.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Call } from '#nodes/connections/webhook/hook.ts'
import { webhook } from './definition.ts'
import { jsonTemplate } from './json-template.ts'
import { messageJson } from './message-json.ts'

export const webhookRuntime = implementNode(webhook, (context) => {
  const { config, clock } = context
  context.link(config.service)
  const notifier = new Notifier(context, config)
  const renderPath = nodeTemplate(config.path, 'path')
  const renderBody = config.content === 'template' ? jsonTemplate(config.body, 'body') : messageJson
  const pathFor = (message: Message): string => {
    const path = renderPath(message, { now: clock.now(), escape: inPath })
    if (isPlain(path)) return path
    throw new NodeError(
      'WEBHOOK_PATH',
      'With what the message holds, the path would lead out of the web service. Check the places in it.',
      { field: 'path' },
    )
  }
  return {
    async in(message) {
      const path = pathFor(message)
      const body: Call = { method: config.method, path, json: renderBody(message, clock.now()) }
      const target = path.replace(/\?.*$/s, '') || '/'
      const title = `${config.method} ${target}`.slice(0, 200)
      await notifier.post(message, { connection: config.service, target: target.slice(0, 500), body, title })
    },
    told: (news: News) => notifier.told(news),
  }
})

const inPath = (text: string): string => encodeURIComponent(text.toWellFormed())

/** No step up, in no spelling that a URL knows, and no other host. */
const isPlain = (path: string): boolean =>
  path.isWellFormed() &&
  !path.startsWith('//') &&
  !path
    .replace(/\?.*$/s, '')
    .split('/')
    .some((part) => /^(\.|%2e){1,2}$/i.test(part))
