import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import * as z from 'zod'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Log } from './log.ts'

/** Ends count together while they lie within this time. */
const WINDOW_MS = 5 * 60_000
/** A start that lived so long was a good one, whatever came after. */
const GOOD_AFTER_MS = 60_000
/** Bad ends after which the next start holds back. */
const LIMIT = 2

const startsSchema = z.array(z.object({ at: z.number(), boot: z.string() }))
type Start = z.output<typeof startsSchema>[number]

export interface CrashLoopOptions {
  readonly file: string
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  /** Names the run of the machine. */
  readonly boot?: string
}

/**
 * Remembers how the last starts ended. A start that follows two ends within five minutes, none of them a stop and
 * none after a minute of life, is in a loop: it should come up without what may be the cause. An end that took the
 * whole machine down is no crash of ours, so that a power that comes and goes never keeps a house from starting.
 *
 * The file holds the starts that have neither lived for a minute nor been stopped; disposing of this is the stop.
 */
export class CrashLoop implements Disposable {
  readonly isLooping: boolean
  readonly #options: Required<CrashLoopOptions>
  #goodLater: Timer

  /** Notes a start. */
  constructor(options: CrashLoopOptions) {
    this.#options = { boot: bootId(), ...options }
    const before = this.#recent()
    this.isLooping = before.length >= LIMIT
    this.#write([...before, this.#now()])
    this.#goodLater = this.#planGood()
  }

  /** What was left out at the start begins now: if this goes wrong at once, the next start leaves it out again. */
  begunAgain(): void {
    this.#goodLater.cancel()
    this.#write(Array.from({ length: LIMIT }, () => this.#now()))
    this.#goodLater = this.#planGood()
  }

  [Symbol.dispose](): void {
    this.#goodLater.cancel()
    this.#write([])
  }

  #planGood(): Timer {
    return this.#options.clock.after(GOOD_AFTER_MS, () => this.#write([]))
  }

  #now(): Start {
    return { at: this.#options.clock.now(), boot: this.#options.boot }
  }

  /** A Pi without a clock of its own may have set it in between, back or forth. */
  #recent(): readonly Start[] {
    const { at: now, boot } = this.#now()
    return this.#read().filter((start) => start.boot === boot && Math.abs(now - start.at) < WINDOW_MS)
  }

  #read(): readonly Start[] {
    try {
      return startsSchema.parse(JSON.parse(readFileSync(this.#options.file, 'utf8')))
    } catch {
      return [] // none yet, or damaged: then nothing is known against this start
    }
  }

  /** Whole or not at all, and on the disk when this returns. A full disk keeps no house from starting. */
  #write(starts: readonly Start[]): void {
    const { file, log } = this.#options
    try {
      const draft = openSync(`${file}.new`, 'w', 0o600)
      writeSync(draft, JSON.stringify(starts))
      fsyncSync(draft)
      closeSync(draft)
      renameSync(`${file}.new`, file)
    } catch (error) {
      log.warn({ err: error }, `${file} could not be written`)
    }
  }
}

/** Differs from one run of the machine to the next; the same for all where the system does not say it. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return '' // not on Linux
  }
}
