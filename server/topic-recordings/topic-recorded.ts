import * as z from 'zod'
import { recordingHead } from '../try/recorded.ts'
import { RecordingFiles } from '../try/recordings.ts'

/** A message as the broker carried it. */
const topicMessageSchema = z.object({
  /** Milliseconds since 1970, UTC. */
  at: z.number().min(0).max(8.64e15),
  topic: z.string().max(65_535),
  /** In base64, as it came. */
  payload: z.base64(),
})
export type TopicMessage = z.output<typeof topicMessageSchema>

/** What is known of a recording of topics without its messages. */
const topicRecordingSchema = recordingHead.extend({ filter: z.string().min(1).max(65_535) })
export type TopicRecording = z.output<typeof topicRecordingSchema>

/** What the broker carried. */
export class TopicRecordings extends RecordingFiles<TopicRecording, TopicMessage> {
  constructor(folder: string) {
    super(folder, {
      head: (value) => topicRecordingSchema.safeParse(value).data,
      message: (value) => topicMessageSchema.safeParse(value).data,
    })
  }
}
