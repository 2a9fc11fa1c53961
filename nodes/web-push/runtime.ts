import { cutBytes } from '#kit/runtime/cut-bytes.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import { Notifier } from '#kit/runtime/notify.ts'
import type { News } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Pushed } from '#nodes/connections/web-push/pusher.ts'
import { webPush } from './definition.ts'

/** Together, twice as long as JSON may make them, they fit into what push services take (3,993 bytes). */
const MAX_TEXT_BYTES = 1_500
const MAX_TITLE_BYTES = 200

export const webPushRuntime = implementNode(webPush, (context) => {
  const { config, clock } = context
  const link = context.link(config.browsers)
  const renderTitle = nodeTemplate(config.title, 'title')
  const renderText = nodeTemplate(config.text, 'text')
  const notifier = new Notifier(context, config)
  return {
    async in(message) {
      const now = clock.now()
      const title = readable(renderTitle(message, { now })).replaceAll(/\s+/g, ' ').trim()
      const full = readable(renderText(message, { now })).trim()
      if (full === '' && title === '') throw empty()
      const browsers = await link.browsers(config.user)
      if (browsers.length === 0) throw nobody(config.user)
      const text = cutBytes(full, MAX_TEXT_BYTES)
      const body: Pushed = {
        title: cutBytes(title, MAX_TITLE_BYTES),
        text,
        expiresAfterMs: config.expiresAfterMs,
      }
      const notices = browsers.map((target) => ({
        connection: config.browsers,
        target,
        body,
        title: (title || text).slice(0, 200),
        text,
        adds: { browser: target },
      }))
      await Promise.all(
        notices.map((notice) => notifier.post(message, notice, text === full ? undefined : cut)),
      )
    },
    told: (news: News) => notifier.told(news),
  }
})

/** Without control characters but tabs and line ends: they would be shown as nothing and take six bytes each. */
const readable = (text: string): string =>
  text.toWellFormed().replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : ''))

const cut: Sentence = {
  code: 'WEB_PUSH_CUT',
  message: `Cut to ${MAX_TEXT_BYTES} bytes`,
  values: { bytes: MAX_TEXT_BYTES },
}

const empty = (): NodeError =>
  new NodeError(
    'WEB_PUSH_EMPTY',
    'Title and text came out empty. Write some words around the places, or add | default "–".',
    { field: 'text' },
  )

const nobody = (user: string): NodeError =>
  user === ''
    ? new NodeError(
        'WEB_PUSH_NOBODY',
        'Nobody has switched on notifications in a browser. Do so in the settings of Wirehouse.',
      )
    : new NodeError(
        'WEB_PUSH_NO_BROWSER',
        `"${user}" has switched on notifications in no browser. They can do so in the settings of Wirehouse.`,
        { field: 'user', values: { user } },
      )
