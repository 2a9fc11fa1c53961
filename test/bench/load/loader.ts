import type { FirstMessagePlan } from './first-message.ts'
import { LoadWorker } from './load-worker.ts'
import { FIRST_NUMBER } from './readings.ts'
import type { LoadPlan, LoadResult } from './run-load.ts'

/** With more publishers one process is busier with its sockets than what it measures. */
const MANY_PUBLISHERS = 100

/** The processes that make the load, seen from the benchmark. One command at a time. */
export class Loader implements Disposable {
  readonly #first = new LoadWorker()
  readonly #second = new LoadWorker()
  /** No number is used twice in a benchmark: the flow would take it for "not changed". */
  #nextNumber = FIRST_NUMBER

  /** Measures one load. Rejects if a connection is refused or lost. */
  async load(plan: Omit<LoadPlan, 'firstNumber'>): Promise<LoadResult> {
    if (plan.publishers <= MANY_PUBLISHERS) return await this.#first.load(this.#numbered(plan))
    const [first, second] = halves(plan).map((half) => this.#numbered(half))
    if (!first || !second) throw new Error('A load has two halves.')
    return together(await Promise.all([this.#first.load(first), this.#second.load(second)]))
  }

  /** Resolves when a flow has handled its first message. */
  async firstMessage(plan: FirstMessagePlan): Promise<void> {
    await this.#first.firstMessage(plan)
  }

  [Symbol.dispose](): void {
    this.#first[Symbol.dispose]()
    this.#second[Symbol.dispose]()
  }

  #numbered(plan: Omit<LoadPlan, 'firstNumber'>): LoadPlan {
    const firstNumber = this.#nextNumber
    this.#nextNumber += plan.messages
    return { ...plan, firstNumber }
  }
}

/** Two loads of half the publishers and sensors each. */
function halves(plan: Omit<LoadPlan, 'firstNumber'>): Omit<LoadPlan, 'firstNumber'>[] {
  const half = (count: number): number => Math.ceil(count / 2)
  const first = {
    ...plan,
    isPart: true,
    publishers: half(plan.publishers),
    sensors: half(plan.sensors),
    messages: half(plan.messages),
    window: half(plan.window),
  }
  return [first, { ...first, firstSensor: first.sensors }]
}

/** What two loads at the same time came to: the median is between theirs, the 99th percentile at most that of the worse. */
function together(results: readonly LoadResult[]): LoadResult {
  const sum = (of: (result: LoadResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0)
  const most = (of: (result: LoadResult) => number): number => Math.max(...results.map(of))
  return {
    sent: sum(({ sent }) => sent),
    lost: sum(({ lost }) => lost),
    duplicates: sum(({ duplicates }) => duplicates),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
    seconds: most(({ seconds }) => seconds),
    p50: sum(({ p50 }) => p50) / results.length,
    p99: most(({ p99 }) => p99),
    lateP99: most(({ lateP99 }) => lateP99),
    startedAt: Math.min(...results.map(({ startedAt }) => startedAt)),
    cameIn: sumOfEach(results.map(({ cameIn }) => cameIn)),
    cpuSeconds: most(({ cpuSeconds }) => cpuSeconds),
    loadCpuSeconds: most(({ loadCpuSeconds }) => loadCpuSeconds),
  }
}

/** Place by place, as far as the longest goes. */
const sumOfEach = (lists: readonly (readonly number[])[]): number[] =>
  Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, place) =>
    lists.reduce((sum, list) => sum + (list[place] ?? 0), 0),
  )
