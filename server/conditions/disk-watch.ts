import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Conditions } from './conditions.ts'

/** How much room a disk has, in bytes. */
export interface DiskRoom {
  readonly free: number
  readonly total: number
}

export interface DiskWatchOptions {
  /** The data folder. */
  readonly folder: string
  readonly clock: Clock
  readonly conditions: Conditions
  /** Tests give their own. */
  readonly measure?: (folder: string) => Promise<DiskRoom>
  /** Whether a file of some size can be written there. */
  readonly hasRoom?: (folder: string) => Promise<boolean>
}

const EVERY_MS = 2_000
/** After a refused write. Senders try again more often than that as long as there is no room. */
const CALM_MS = 5_000
/** Less than both of these is little. */
const LITTLE_SHARE = 0.05
const LITTLE_BYTES = 500 * 1024 * 1024
/** Less than this is as good as nothing: SQLite needs some room to tidy up. */
const NOTHING_BYTES = 1024 * 1024
const PROBE_BYTES = 256 * 1024

/** Tells when the disk is full or will be soon, and when it no longer is. */
export class DiskWatch implements Disposable {
  readonly #options: DiskWatchOptions
  readonly #timer: Timer
  #refusedAt = Number.NEGATIVE_INFINITY
  #isLooking = false

  constructor(options: DiskWatchOptions) {
    this.#options = options
    this.#timer = options.clock.every(EVERY_MS, () => this.#look())
  }

  /** A write was refused for want of room. */
  refused(): void {
    this.#refusedAt = this.#options.clock.now()
    this.#raiseFull()
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }

  /** A disk that hangs is asked once, not again and again. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const { folder, measure = roomOf } = this.#options
    try {
      await this.#judge(await measure(folder))
    } catch {
      // a disk that says nothing may be well: refused writes tell otherwise
    } finally {
      this.#isLooking = false
    }
  }

  async #judge({ free, total }: DiskRoom): Promise<void> {
    const { folder, clock, conditions, hasRoom = canWrite } = this.#options
    if (free < NOTHING_BYTES) this.#raiseFull()
    else if (
      conditions.has('disk-full') &&
      clock.now() - this.#refusedAt >= CALM_MS &&
      (await hasRoom(folder))
    )
      conditions.end('disk-full', 'There is room on the disk again: everything is saved.')
    const isLittle = free < LITTLE_BYTES && free < total * LITTLE_SHARE
    if (isLittle && !conditions.has('disk-full')) this.#raiseNearlyFull(free)
    else conditions.end('disk-nearly-full', 'There is enough room on the disk again.')
  }

  #raiseFull(): void {
    const { folder, conditions } = this.#options
    conditions.raise({
      kind: 'disk-full',
      level: 'error',
      code: 'HOUSE_DISK_FULL',
      message: `The disk that holds the data folder ${folder} is full. Nothing can be saved, and guaranteed messages are not acknowledged until there is room. Free some space.`,
      values: { folder },
    })
  }

  #raiseNearlyFull(free: number): void {
    const { folder, conditions } = this.#options
    const megabytes = Math.floor(free / 1024 / 1024)
    conditions.raise({
      kind: 'disk-nearly-full',
      level: 'warn',
      code: 'HOUSE_DISK_NEARLY_FULL',
      message: `The disk that holds the data folder ${folder} has only ${megabytes} MB left. Free some space before nothing can be saved any more.`,
      values: { folder, megabytes },
    })
  }
}

async function roomOf(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

async function canWrite(folder: string): Promise<boolean> {
  const file = join(folder, '.room-test')
  try {
    await using probe = await open(file, 'w', 0o600)
    await probe.write(Buffer.alloc(PROBE_BYTES, 1))
    await probe.sync()
    return true
  } catch {
    return false // for whatever reason: the next look asks again
  } finally {
    await rm(file, { force: true })
  }
}
