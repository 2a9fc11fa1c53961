import { deserialize } from 'node:v8'
import type { AlarmNews, News } from '#kit/runtime/outbox.ts'
import type { PostRow } from '../store/outbox-store.ts'
import type { Ending } from './sender.ts'

/** News of a post, and none of an alarm. */
export type PostNews = Exclude<News, AlarmNews>

/** What every news of a post says. */
export const about = ({ number, target, keep }: PostRow) => ({
  post: number,
  target,
  keep: keep === null ? undefined : (deserialize(keep) as unknown),
})

export function newsOf(row: PostRow, ending: Ending): PostNews {
  if (ending.kind === 'failed') return { kind: 'failed', ...about(row), error: ending.error }
  const { count, mayBeDouble } = row
  return { kind: 'sent', ...about(row), receipt: ending.receipt, count, mayBeDouble }
}
