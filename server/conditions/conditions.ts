import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Log } from '../log.ts'
import { writeWholeFile } from '../write-whole-file.ts'

/** What can be amiss with the house as a whole. */
const conditionKinds = [
  'disk-full',
  'disk-nearly-full',
  'inbox-full',
  'backup-failed',
  'database-damaged',
  'database-restored',
  'database-log-missing',
  'broker-memory-lost',
  'inbox-lost',
  'certificate-unusable',
  'certificate-ends',
  'certificate-ended',
] as const
export type ConditionKind = (typeof conditionKinds)[number]

/** Something that is amiss with the house as a whole, for everybody to see until it is over. */
export interface Condition extends Sentence {
  readonly kind: ConditionKind
  readonly level: 'warn' | 'error'
  /** Milliseconds since 1970: since when. */
  readonly at: number
  /** It is not over by itself: it stays, also over restarts, until an owner has taken note of it. */
  readonly lasts: boolean
}

export type NewCondition = Omit<Condition, 'at' | 'lasts'> & { readonly lasts?: true }

export interface ConditionsOptions {
  /** The data folder; it need not stand before something lasts. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
}

const FILE = 'conditions.json'

const storedSchema = z.array(
  z.object({
    kind: z.enum(conditionKinds),
    level: z.enum(['warn', 'error']),
    at: z.number(),
    lasts: z.literal(true),
    code: z.string(),
    message: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  }),
)

/** What is amiss with the house: in the log when it begins and ends, in the editor as long as it is so. */
export class Conditions {
  /** Called with each change. */
  onChange: () => void = () => {}
  readonly #options: ConditionsOptions
  readonly #conditions: Map<ConditionKind, Condition>

  constructor(options: ConditionsOptions) {
    this.#options = options
    this.#conditions = new Map(this.#read().map((condition) => [condition.kind, condition]))
  }

  /** Worst first. */
  list(): readonly Condition[] {
    const all = [...this.#conditions.values()]
    return [...all.filter(({ level }) => level === 'error'), ...all.filter(({ level }) => level === 'warn')]
  }

  has(kind: ConditionKind): boolean {
    return this.#conditions.has(kind)
  }

  /** Something is amiss, unless that is known. What lasts takes the place of an earlier one. */
  raise({ lasts, ...condition }: NewCondition): void {
    if (!lasts && this.#conditions.has(condition.kind)) return
    const { clock, log } = this.#options
    log[condition.level](condition.message)
    this.#conditions.set(condition.kind, { ...condition, at: clock.now(), lasts: lasts ?? false })
    if (lasts) this.#write()
    this.onChange()
  }

  /** It is over. */
  end(kind: ConditionKind, text: string): void {
    if (!this.#conditions.delete(kind)) return
    this.#options.log.info(text)
    this.onChange()
  }

  /** Somebody has taken note of it. Answers `false` for one that is not there, or is over only by itself. */
  dismiss(kind: string, by: string): boolean {
    const condition = [...this.#conditions.values()].find((one) => one.kind === kind)
    if (!condition?.lasts) return false
    this.#conditions.delete(condition.kind)
    this.#write()
    this.#options.log.info({ kind, by }, 'A notice was dismissed')
    this.onChange()
    return true
  }

  #read(): readonly Condition[] {
    try {
      return storedSchema.parse(JSON.parse(readFileSync(join(this.#options.folder, FILE), 'utf8')))
    } catch {
      return [] // none yet, or damaged: the log has them too
    }
  }

  #write(): void {
    const { folder, log } = this.#options
    const file = join(folder, FILE)
    const lasting = [...this.#conditions.values()].filter(({ lasts }) => lasts)
    try {
      writeWholeFile(file, JSON.stringify(lasting))
    } catch (error) {
      log.warn({ err: error }, `${file} could not be written`)
    }
  }
}
