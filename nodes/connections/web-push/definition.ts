import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'

export interface WebPushLink {
  /** Ids of the browsers of one person, or of all: what a post has as target. */
  browsers(user: string): Promise<readonly string[]>
}

/** The browsers in which people have switched on notifications. */
export const webPush = defineConnection<WebPushLink>()({
  type: 'web-push',
  version: 1,
  icon: 'bell-ring',
  title: 'Browsers',
  summary: 'The browsers in which people have switched on notifications of this house.',
  config: () => z.object({}),
  builtIn: { id: 'web-push', title: 'Browsers of this house' },
})
