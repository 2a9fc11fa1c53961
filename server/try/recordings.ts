import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../user-error.ts'
import { writeWholeFile } from '../write-whole-file.ts'
import {
  type Batch,
  MOST_BYTES,
  MOST_MESSAGES,
  MOST_RECORDINGS,
  type RecordedMessage,
  type Recording,
  type RecordingHead,
  recordedMessageSchema,
  recordingSchema,
} from './recorded.ts'

/** What one kind of recordings is made of; nothing where it is something else. */
interface Shapes<Known, Message> {
  readonly head: (value: unknown) => Known | undefined
  readonly message: (value: unknown) => Message | undefined
}

/**
 * Recordings as files in the data folder: what is known of each (`<id>.json`), and its messages, one a line
 * (`<id>.ndjson`). What was written before a power cut is there after it.
 */
export class RecordingFiles<Known extends RecordingHead, Message extends { readonly at: number }> {
  readonly #folder: string
  readonly #shapes: Shapes<Known, Message>
  readonly #known = new Map<string, Known>()

  constructor(folder: string, shapes: Shapes<Known, Message>) {
    this.#folder = folder
    this.#shapes = shapes
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const file of readdirSync(folder)) if (file.endsWith('.json')) this.#load(file)
  }

  /** The newest first. */
  list(): readonly Known[] {
    return [...this.#known.values()].toSorted((one, other) => other.startedAt - one.startedAt)
  }

  get(id: string): Known | undefined {
    return this.#known.get(id)
  }

  /** Throws `RECORDING_UNKNOWN`. */
  find(id: string): Known {
    const found = this.#known.get(id)
    if (!found) throw unknown()
    return found
  }

  /** Throws `RECORDINGS_MANY` where there is no place for one more. */
  refuseMany(): void {
    if (this.#known.size >= MOST_RECORDINGS) throw tooMany()
  }

  /** Notes a recording, new or changed. */
  put(recording: Known): void {
    writeWholeFile(this.#file(recording.id, 'json'), `${JSON.stringify(recording, null, 2)}\n`)
    this.#known.set(recording.id, recording)
  }

  /** Writes down what fits, and notes how much that was; the recording itself where there was nothing. */
  extend(recording: Known, { lines, leftOut }: Batch): Known {
    if (lines.length === 0 && leftOut === 0) return recording
    let { count, bytes } = recording
    const fitting = lines.filter((line) => {
      const size = Buffer.byteLength(line) + 1
      if (count >= MOST_MESSAGES || bytes + size > MOST_BYTES) return false
      count += 1
      bytes += size
      return true
    })
    this.append(recording.id, fitting)
    const lost = leftOut + lines.length - fitting.length
    const extended = { ...recording, count, bytes, leftOut: recording.leftOut + lost }
    this.put(extended)
    return extended
  }

  append(id: string, lines: readonly string[]): void {
    if (lines.length > 0) appendFileSync(this.#file(id, 'ndjson'), `${lines.join('\n')}\n`, { mode: 0o600 })
  }

  /** In the order in which they came. A line that a power cut has cut off is left out. */
  messages(id: string): readonly Message[] {
    const file = this.#file(id, 'ndjson')
    if (!existsSync(file)) return []
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => this.#shapes.message(readJson(line)) ?? [])
  }

  remove(id: string): void {
    this.#known.delete(id)
    for (const kind of ['json', 'ndjson'] as const) rmSync(this.#file(id, kind), { force: true })
  }

  #file(id: string, kind: 'json' | 'ndjson'): string {
    return join(this.#folder, `${id}.${kind}`)
  }

  /** One that was going on when the server ended has ended with it. */
  #load(file: string): void {
    const recording = this.#shapes.head(readJson(readFileSync(join(this.#folder, file), 'utf8')))
    if (!recording || `${recording.id}.json` !== file) return
    this.#known.set(recording.id, recording)
    if (recording.endedAt !== undefined) return
    const messages = this.messages(recording.id)
    const endedAt = Math.round(messages.at(-1)?.at ?? recording.startedAt)
    const bytes = messages.length > 0 ? Buffer.byteLength(JSON.stringify(messages)) : 0
    this.put({ ...recording, endedAt, bytes, count: messages.length })
  }
}

export const newRecordingId = (): string => randomBytes(9).toString('base64url')

/** What went over the wires of flows. */
export class Recordings extends RecordingFiles<Recording, RecordedMessage> {
  constructor(folder: string) {
    super(folder, {
      head: (value) => recordingSchema.safeParse(value).data,
      message: (value) => recordedMessageSchema.safeParse(value).data,
    })
  }
}

const unknown = (): UserError =>
  new UserError(404, 'RECORDING_UNKNOWN', 'There is no such recording. Somebody may have deleted it.')
const tooMany = (): UserError =>
  new UserError(
    409,
    'RECORDINGS_MANY',
    `There are ${MOST_RECORDINGS} recordings already. Delete one first.`,
    {
      values: { limit: MOST_RECORDINGS },
    },
  )

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
