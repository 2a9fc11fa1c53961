import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Log } from './log.ts'
import { type Machine, readMachine } from './machine.ts'
import { writeWholeFile } from './write-whole-file.ts'

/** Crashes count together while they lie within this time. */
const WINDOW_MS = 5 * 60_000
/** A start that lived so long was a good one, whatever came after. */
const GOOD_AFTER_MS = 60_000
/** Crashes after which the next start holds back. */
const LIMIT = 2

const STARTS = 'starts.json'
const REPORT = 'crash-report.json'
/** Kept for whoever wants to know why. */
const LAST_REPORT = 'last-crash.json'

const startsSchema = z.object({
  /** When starts began that crashed. */
  crashes: z.array(z.number()),
  /** The start that was not stopped and has not lived long enough. */
  open: z.object({ at: z.number(), boot: z.string(), oomKills: z.number() }).exactOptional(),
})
type Starts = z.output<typeof startsSchema>

/**
 * Has Node leave a report in the folder when an error that nobody catches, or a full heap, ends the process:
 * what tells a crash from a kill. Without what may be secret in it.
 */
export function writeCrashReports(folder: string): void {
  if (!process.report) return
  Object.assign(process.report, {
    directory: folder,
    filename: REPORT,
    compact: true,
    excludeEnv: true,
    excludeNetwork: true,
    reportOnUncaughtException: true,
    reportOnFatalError: true,
  })
}

export interface CrashLoopOptions {
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly machine?: Machine
}

/**
 * Remembers how the last starts ended. A start that follows two crashes within five minutes, each in the first minute
 * of a life, is in a loop: it should come up without what may be the cause.
 *
 * A crash is what left a report, and what the system killed for want of memory. A power cut is none, nor is a kill by
 * hand: after those nothing may keep a house from taking its alarms. Disposing of this is a stop.
 */
export class CrashLoop implements Disposable {
  readonly isLooping: boolean
  readonly #options: CrashLoopOptions
  readonly #machine: Machine
  #goodLater: Timer

  /** Notes a start. */
  constructor(options: CrashLoopOptions) {
    this.#options = options
    this.#machine = options.machine ?? readMachine()
    const crashes = this.#recentCrashes()
    this.isLooping = crashes.length >= LIMIT
    this.#goodLater = this.#begin(crashes)
  }

  /** What was left out at the start begins now: if this crashes at once, the next start leaves it out again. */
  begunAgain(): void {
    this.#goodLater.cancel()
    this.#goodLater = this.#begin(Array.from({ length: LIMIT - 1 }, () => this.#options.clock.now()))
  }

  [Symbol.dispose](): void {
    this.#goodLater.cancel()
    this.#write({ crashes: [] })
  }

  #begin(crashes: number[]): Timer {
    const { clock } = this.#options
    this.#write({ crashes, open: { at: clock.now(), ...this.#machine } })
    return clock.after(GOOD_AFTER_MS, () => this.#write({ crashes: [] }))
  }

  #recentCrashes(): number[] {
    const { crashes, open } = this.#read()
    const hasReport = this.#takeReport()
    const isCrash = open && (hasReport || this.#wasOutOfMemory(open))
    const now = this.#options.clock.now()
    // A Pi without a clock of its own may have set it in between, back or forth.
    return [...crashes, ...(isCrash ? [open.at] : [])].filter((at) => Math.abs(now - at) < WINDOW_MS)
  }

  #wasOutOfMemory({ boot, oomKills }: Machine): boolean {
    return boot === this.#machine.boot && this.#machine.oomKills > oomKills
  }

  #takeReport(): boolean {
    const { folder, log } = this.#options
    const report = join(folder, REPORT)
    if (!existsSync(report)) return false
    log.warn(`Wirehouse has crashed. What Node says about it lies in ${join(folder, LAST_REPORT)}.`)
    renameSync(report, join(folder, LAST_REPORT))
    return true
  }

  #read(): Starts {
    try {
      return startsSchema.parse(JSON.parse(readFileSync(join(this.#options.folder, STARTS), 'utf8')))
    } catch {
      return { crashes: [] } // none yet, or damaged: then nothing is known against this start
    }
  }

  /** A full disk keeps no house from starting. */
  #write(starts: Starts): void {
    const { folder, log } = this.#options
    const file = join(folder, STARTS)
    try {
      writeWholeFile(file, JSON.stringify(starts))
    } catch (error) {
      log.warn({ err: error }, `${file} could not be written`)
    }
  }
}
