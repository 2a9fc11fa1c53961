import { asc } from 'drizzle-orm'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { Sample } from '#kit/runtime/services.ts'
import { UserError } from '../user-error.ts'
import type { Access } from './access.ts'
import { series } from './schema/telemetry.ts'
import type { Bucket, SeriesStore } from './store.ts'
import type { WriteStatement } from './writer/commit-group.ts'

/** A batch goes to the disk when it is this large, or this old. */
export const BATCH_ROWS = 500
export const BATCH_MS = 10_000
/** So many samples are kept in memory while the disk takes none; then the oldest go. */
const MAX_KEPT = 50_000

interface Point {
  readonly at: number
  readonly value: number
}

const insertSeries = `INSERT INTO series (key, unit) VALUES (?, coalesce(?, ''))
  ON CONFLICT (key) DO UPDATE SET unit = excluded.unit WHERE excluded.unit <> '' AND excluded.unit <> unit`
const insertSample = `INSERT INTO samples (at, series, value) VALUES (?, (SELECT id FROM series WHERE key = ?), ?)
  ON CONFLICT (at, series) DO UPDATE SET value = excluded.value`
const selectHas = 'SELECT 1 FROM samples WHERE at = ? AND series = (SELECT id FROM series WHERE key = ?)'
const selectPoints = `SELECT at, value FROM samples
  WHERE series = (SELECT id FROM series WHERE key = ?) AND at >= ? AND at < ? ORDER BY at LIMIT ?`
/** Whole numbers throughout, so that the border between two buckets is exact. `json_each` lists the times that memory knows better. */
const selectBuckets = `SELECT (at - CAST(:from AS INTEGER)) * CAST(:count AS INTEGER) / CAST(:span AS INTEGER) AS bucket,
    min(value) AS min, max(value) AS max, sum(value) AS sum, count(*) AS count
  FROM samples
  WHERE series = (SELECT id FROM series WHERE key = :key) AND at >= :from AND at < :to
    AND at NOT IN (SELECT value FROM json_each(:fresh))
  GROUP BY bucket`

/** Samples over time. One series holds one value a millisecond; a later one replaces it. */
export class SeriesArchive implements SeriesStore, AsyncDisposable {
  readonly #access: Access
  readonly #clock: Clock
  readonly #onError: (error: Error) => void
  readonly #has
  readonly #points
  readonly #buckets
  /** Not yet given to the writer. */
  #gathered: Sample[] = []
  /** Given to the writer, not yet known to be committed; older than what is gathered. */
  #inFlight: readonly Sample[] = []
  #timer: Timer | undefined
  #flushing: Promise<void> | undefined
  #isFailing = false

  constructor(access: Access, clock: Clock, onError: (error: Error) => void) {
    this.#access = access
    this.#clock = clock
    this.#onError = onError
    this.#has = access.prepare(selectHas)
    this.#points = access.prepare(selectPoints)
    this.#buckets = access.prepare(selectBuckets)
  }

  write(sample: Sample): void {
    if (!Number.isFinite(sample.value) || !Number.isSafeInteger(Math.trunc(sample.at)))
      throw new UserError(
        422,
        'SAMPLE_NOT_A_NUMBER',
        `The series "${sample.series}" takes numbers at a time in milliseconds, not ${sample.value} at ${sample.at}.`,
      )
    this.#gathered.push({ ...sample, at: Math.trunc(sample.at) })
    this.#timer ??= this.#clock.after(BATCH_MS, () => this.#flushInBackground())
    if (this.#isFull()) this.#flushInBackground()
  }

  list(): readonly {
    readonly key: string
    readonly unit: string
    readonly count: number
    readonly lastAt: number
  }[] {
    const stored = this.#access.read
      .select({ key: series.key, unit: series.unit, count: series.count, lastAt: series.lastAt })
      .from(series)
      .orderBy(asc(series.key))
      .all()
    const all = new Map(stored.map((entry) => [entry.key, entry]))
    for (const [key, samples] of Map.groupBy(this.#unwritten(), (sample) => sample.series)) {
      const known = all.get(key) ?? { key, unit: '', count: 0, lastAt: 0 }
      const points = latestPerTime(samples)
      all.set(key, {
        key,
        unit: samples.findLast((sample) => sample.unit)?.unit ?? known.unit,
        count: known.count + points.filter(({ at }) => !this.#has.get(at, key)).length,
        lastAt: points.reduce((last, { at }) => Math.max(last, at), known.lastAt),
      })
    }
    return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  points(key: string, from: number, to: number, limit: number): readonly Point[] {
    const stored = this.#points.all(key, from, to, limit) as unknown as readonly Point[]
    const fresh = this.#fresh(key, from, to)
    if (fresh.length === 0) return stored
    return latestPerTime([...stored, ...fresh])
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
  }

  buckets(key: string, from: number, to: number, count: number): readonly Bucket[] {
    const span = to - from
    if (span <= 0 || count < 1) return []
    const fresh = this.#fresh(key, from, to)
    const times = JSON.stringify(fresh.map(({ at }) => at))
    const rows = this.#buckets.all({ key, from, to, span, count, fresh: times })
    const tallies = new Map((rows as unknown as readonly Tally[]).map((tally) => [tally.bucket, tally]))
    for (const { at, value } of fresh) {
      const bucket = Number((BigInt(at - from) * BigInt(count)) / BigInt(span))
      tallies.set(bucket, addTo(tallies.get(bucket), bucket, value))
    }
    return [...tallies.values()]
      .sort((a, b) => a.bucket - b.bucket)
      .map(({ bucket, min, max, sum, count: n }) => ({
        at: from + Math.ceil((bucket * span) / count),
        min,
        max,
        mean: sum / n,
        count: n,
      }))
  }

  /** Rejects if the disk does not take them; they are kept and tried again with the next batch. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined)
    if (this.#gathered.length === 0) return
    this.#flushing = this.#writeGathered().finally(() => {
      this.#flushing = undefined
    })
    await this.#flushing
  }

  async #writeGathered(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#inFlight = this.#gathered
    this.#gathered = []
    try {
      await this.#access.write(...toStatements(this.#inFlight))
      this.#isFailing = false
    } catch (error) {
      this.#isFailing = true
      this.#gathered = [...this.#inFlight, ...this.#gathered].slice(-MAX_KEPT)
      this.#timer ??= this.#clock.after(BATCH_MS, () => this.#flushInBackground())
      throw error
    } finally {
      this.#inFlight = []
    }
  }

  /** While the disk takes nothing, only the timer tries again. */
  #isFull(): boolean {
    return this.#gathered.length >= BATCH_ROWS && !this.#isFailing
  }

  #flushInBackground(): void {
    if (!this.#flushing) this.#flushWhileFull().catch(this.#onError)
  }

  async #flushWhileFull(): Promise<void> {
    do await this.flush()
    while (this.#isFull())
  }

  #unwritten(): readonly Sample[] {
    return [...this.#inFlight, ...this.#gathered]
  }

  /** What memory holds of a series, the latest for each time. */
  #fresh(key: string, from: number, to: number): readonly Point[] {
    const mine = this.#unwritten().filter(({ series, at }) => series === key && at >= from && at < to)
    return latestPerTime(mine)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      this.#onError(error as Error)
    } finally {
      this.#timer?.cancel()
    }
  }
}

interface Tally {
  readonly bucket: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly count: number
}

const addTo = (tally: Tally | undefined, bucket: number, value: number): Tally => ({
  bucket,
  min: Math.min(tally?.min ?? value, value),
  max: Math.max(tally?.max ?? value, value),
  sum: (tally?.sum ?? 0) + value,
  count: (tally?.count ?? 0) + 1,
})

const latestPerTime = (points: readonly Point[]): Point[] => [
  ...new Map(points.map(({ at, value }) => [at, { at, value }])).values(),
]

function toStatements(samples: readonly Sample[]): readonly WriteStatement[] {
  const units = new Map<string, string | null>()
  for (const { series: key, unit } of samples) units.set(key, unit || (units.get(key) ?? null))
  return [
    { sql: insertSeries, params: [], many: [...units] },
    { sql: insertSample, params: [], many: samples.map(({ at, series: key, value }) => [at, key, value]) },
  ]
}
