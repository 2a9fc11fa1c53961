import * as z from 'zod'
import { idPattern } from '#flows/flow.ts'

/** A message as it was recorded: where it went, when, and what it was. */
export const recordedMessageSchema = z.object({
  /** Milliseconds since 1970, UTC, with a fraction. */
  at: z.number().min(0).max(8.64e15),
  /** The input that it came to, `quiet.in`. */
  to: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/),
  topic: z.string().max(65_535).optional(),
  /** As `toStored` made it. */
  payload: z.unknown(),
})
export type RecordedMessage = z.output<typeof recordedMessageSchema>

/** What is known of every recording without its messages. */
export const recordingHead = z.object({
  id: z.string().regex(idPattern),
  name: z.string().min(1).max(200),
  /** Who has made it, and of topics: what they may not read is not in it. */
  by: z.string().max(200),
  /** Milliseconds since 1970, UTC. */
  startedAt: z.number(),
  /** Missing while it goes on. */
  endedAt: z.number().optional(),
  count: z.number().int().min(0),
  bytes: z.number().int().min(0),
  /** Messages that were too large, or could not be written down. */
  leftOut: z.number().int().min(0),
})
export type RecordingHead = z.output<typeof recordingHead>

/** What is known of a recording of a flow's wires. */
export const recordingSchema = recordingHead.extend({ flow: z.string().regex(idPattern) })
export type Recording = z.output<typeof recordingSchema>

/** Of each kind, in the whole house. */
export const MOST_RECORDINGS = 50
/** One recording holds so many messages, so many bytes, and lasts so long at most. */
export const MOST_MESSAGES = 10_000
export const MOST_BYTES = 10 * 1024 * 1024
export const MOST_MS = 60 * 60_000
/** Bytes of JSON that one message may have. */
export const MOST_MESSAGE_BYTES = 256 * 1024

/** Whether it has come to one of its bounds; `now` in milliseconds since 1970. */
export const isFull = ({ count, bytes, startedAt }: RecordingHead, now: number): boolean =>
  count >= MOST_MESSAGES || bytes >= MOST_BYTES || now - startedAt >= MOST_MS

/** What has been recorded since the last look. */
export interface Batch {
  /** Each as JSON, so that nothing of it is held back. */
  readonly lines: readonly string[]
  readonly leftOut: number
}
