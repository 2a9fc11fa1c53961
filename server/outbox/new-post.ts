import { createHash } from 'node:crypto'
import { serialize } from 'node:v8'
import * as z from 'zod'
import type { Place, Post } from '#kit/runtime/outbox.ts'
import type { PostRow } from '../store/outbox-store.ts'
import { refusal } from './sentences.ts'

const MAX_BODY = 12 * 1024 * 1024
const MAX_KEEP = 256 * 1024
/** Milliseconds after which what is no alarm is worth nothing any more, where its node does not say. */
const ORDINARY_EXPIRY_MS = 24 * 60 * 60_000

/** Posts come from threads that run what users write. */
const schema = z.object({
  connection: z.string().min(1).max(200),
  target: z.string().max(4_000),
  title: z.string(),
  cause: z.object({ id: z.string().max(1_000), repeated: z.boolean().optional() }),
  urgency: z.enum(['alarm', 'normal', 'low']).default('normal'),
  expiresAfterMs: z.number().positive().max(1e12).optional(),
  atMostOnce: z.boolean().default(false),
  fold: z.string().max(1_000).optional(),
  alarm: z.string().max(200).optional(),
})

/** A post as it will lie in the outbox, but for its number. */
export interface NewPost {
  readonly row: Omit<PostRow, 'number'>
  readonly body: Uint8Array
  /** Its message has run before. */
  readonly isRepeated: boolean
}

/** Throws `POST_INVALID`. `index` counts the posts of this node for this message. */
export function newPost({ flow, node }: Place, post: Post, index: number, now: number): NewPost {
  const parsed = schema.safeParse(post)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw refusal.invalid(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { connection, target, title, cause, urgency, atMostOnce, fold, alarm, expiresAfterMs } = parsed.data
  const body = packed(post.body, MAX_BODY)
  const isRepeated = cause.repeated ?? false
  const expiresAt = expiryOf(now, expiresAfterMs, urgency === 'alarm')
  const row = {
    key: `${flow}/${node}/${cause.id}/${index}`,
    digest: createHash('sha256').update(target).update('\0').update(body).digest('base64url'),
    ...{ flow, node, tells: true, connection, target, title: title.slice(0, 300), urgency, atMostOnce },
    ...{ alarm: alarm ?? null, fold: fold ?? null, count: 1, at: now, expiresAt },
    ...{ state: 'waiting' as const, attempts: 0, mayBeDouble: isRepeated, pausedUntil: 0 },
    ...{ targetPaidAt: 0, connectionPaidAt: 0, doneAt: null, error: null, receipt: null },
    keep: post.keep === undefined ? null : packed(post.keep, MAX_KEEP),
  }
  return { row, body, isRepeated }
}

function expiryOf(now: number, ms: number | undefined, isAlarm: boolean): number | null {
  if (ms !== undefined) return Math.round(now + ms)
  return isAlarm ? null : now + ORDINARY_EXPIRY_MS
}

function packed(value: unknown, limit: number): Buffer {
  let bytes: Buffer
  try {
    bytes = serialize(value)
  } catch (error) {
    throw refusal.invalid(error instanceof Error ? error.message : String(error))
  }
  if (bytes.length > limit) throw refusal.invalid(`it has ${bytes.length} bytes, and ${limit} is the most.`)
  return bytes
}
