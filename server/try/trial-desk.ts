import type { Flow, FlowTest } from '#flows/flow.ts'
import type { Rehearsal } from '#flows/rehearsal.ts'
import type { TestFailure, TestResult } from '#flows/test-result.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { sentenceOf } from '#kit/sentence.ts'
import type { HostSettings } from '#server/hosts/host-data.ts'
import { HostEnded } from '#server/hosts/host-end.ts'
import { HostThread } from '#server/hosts/host-thread.ts'
import { isStuck, TICK_MS } from '#server/hosts/run-time.ts'
import { UserError } from '#server/user-error.ts'
import type { TrialCommand } from './trial-command.ts'

export interface TrialDeskOptions {
  readonly clock: Clock
  /** Real milliseconds that one trial may take. */
  readonly mostMs?: number
  readonly hosts: {
    readonly heapMb: number
    /** Milliseconds for which a node may be at work without a pause. */
    readonly stuckMs: number
    readonly settings: HostSettings
  }
}

/** A flow as it is to be tried. */
export interface OnTrial {
  readonly flow: Flow
  readonly isTrusted: boolean
}

/** Whoever waits for a trial waits no longer … */
const TRIAL_MS = 5_000
/** … but for what it takes to start and to end. */
const AROUND_MS = 3_000
/** Real milliseconds that all tests of a flow together may take. */
const ALL_MS = 60_000
/** So many may wait for their turn. */
const MOST_WAITING = 10

// From sources this file ends in .ts; in a bundle both are .js and lie in the same folder.
const entry = new URL(
  import.meta.url.endsWith('.ts') ? './run-trials.ts' : './run-trials.js',
  import.meta.url,
)

/**
 * Tries flows in virtual time, one after another, each in a thread that ends with it: what they do cannot harm the
 * house, touches nothing, and ends in time.
 */
export class TrialDesk implements AsyncDisposable {
  readonly #options: TrialDeskOptions
  #turns: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #thread: HostThread | undefined
  #isClosed = false

  constructor(options: TrialDeskOptions) {
    this.#options = options
  }

  /** Runs tests, by default those that the flow carries. A test that brings its thread down has failed, and the next one gets another. */
  async test(on: OnTrial, tests: readonly FlowTest[] = on.flow.tests): Promise<readonly TestResult[]> {
    return await this.#inTurn(async () => {
      const results: TestResult[] = []
      const { clock } = this.#options
      const endsAt = clock.now() + ALL_MS
      for (const test of tests) results.push(clock.now() > endsAt ? notRun(test) : await this.#test(on, test))
      return results
    })
  }

  /** Has messages arrive in a flow, and answers what came of them. */
  async rehearse(on: OnTrial, play: Pick<FlowTest, 'send' | 'within'>): Promise<Rehearsal> {
    return await this.#inTurn(async () => {
      const test = { ...play, name: 'rehearsal', expect: [] }
      const { answer, ended } = await this.#carryOut({ kind: 'rehearse', ...on, test, mostMs: this.#mostMs })
      if (!ended) return answer as Rehearsal
      const { kind: _, ...failure } = failureOf(ended)
      return { steps: [], stepCount: 0, failures: [{ at: 0, ...failure }], tookMs: 0 }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#endThread()
    await this.#turns
  }

  async #test(on: OnTrial, test: FlowTest): Promise<TestResult> {
    const { answer, ended } = await this.#carryOut({ kind: 'test', ...on, test, mostMs: this.#mostMs })
    if (!ended) return answer as TestResult
    return { name: test.name, isPassed: false, tookMs: 0, differences: [failureOf(ended)] }
  }

  get #mostMs(): number {
    return this.#options.mostMs ?? TRIAL_MS
  }

  async #carryOut(command: TrialCommand): Promise<{ readonly answer?: unknown; readonly ended?: HostEnded }> {
    if (this.#isClosed) throw closing()
    this.#thread ??= this.#openThread()
    const thread = this.#thread
    const watchdog = this.#watch(thread, command.mostMs)
    try {
      return { answer: await thread.request(command) }
    } catch (error) {
      if (!(error instanceof HostEnded)) throw error
      if (this.#isClosed) throw closing()
      this.#thread = undefined
      return { ended: error }
    } finally {
      for (const timer of watchdog) timer.cancel()
    }
  }

  #openThread(): HostThread {
    const { heapMb, settings } = this.#options.hosts
    return new HostThread({ heapMb, data: settings, entry })
  }

  /** Ends a thread in which a node is stuck or takes too much, as the watchdog of the flow hosts does. */
  #watch(thread: HostThread, mostMs: number): readonly Timer[] {
    const { clock, hosts } = this.#options
    const look = (): void => {
      const look = thread.look()
      if (look.isGreedy) thread.end('memory')
      else if (isStuck(look, hosts.stuckMs)) thread.end('stuck')
    }
    return [clock.every(TICK_MS, look), clock.after(mostMs + AROUND_MS, () => thread.end('stuck'))]
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= MOST_WAITING) throw busy()
    this.#waiting += 1
    const done = this.#turns.then(work).finally(() => {
      this.#waiting -= 1
      return this.#endThread()
    })
    this.#turns = done.catch(() => 'told to who asked for it')
    return done
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.[Symbol.asyncDispose]()
  }
}

const failureOf = (error: HostEnded): TestFailure => ({
  kind: 'failure',
  ...(error.end.culprit && { node: error.end.culprit.node }),
  why: sentenceOf(error),
})

const notRun = ({ name }: FlowTest): TestResult => {
  const seconds = ALL_MS / 1_000
  const why = {
    code: 'TEST_NOT_RUN',
    message: `It was not run: the tests before it took ${seconds} seconds.`,
    values: { seconds },
  }
  return { name, isPassed: false, tookMs: 0, differences: [{ kind: 'failure', why }] }
}

const busy = (): UserError =>
  new UserError(429, 'TRIALS_BUSY', 'Too many flows are being tried at the moment. Try it again in a while.')

const closing = (): UserError => new UserError(503, 'HOUSE_CLOSING', 'The server is being stopped.')
