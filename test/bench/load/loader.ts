import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { FirstMessagePlan } from './first-message.ts'
import type { LoadAnswer, LoadCommand } from './load-process.ts'
import { FIRST_NUMBER } from './readings.ts'
import type { LoadPlan, LoadResult } from './run-load.ts'

/** The process that makes the load, seen from the benchmark. One command at a time. */
export class Loader implements Disposable {
  readonly #process = fork(join(import.meta.dirname, 'load-process.ts'), { serialization: 'advanced' })
  #pending: PromiseWithResolvers<LoadResult | undefined> | undefined
  /** No number is used twice in a benchmark: the flow would take it for "not changed". */
  #nextNumber = FIRST_NUMBER

  constructor() {
    this.#process.on('message', (answer: LoadAnswer) => this.#take(answer))
    this.#process.once('exit', () => this.#take({ ok: false, text: 'The load process ended unexpectedly.' }))
  }

  /** Measures one load. Rejects if a connection is refused or lost. */
  async load(plan: Omit<LoadPlan, 'firstNumber'>): Promise<LoadResult> {
    const firstNumber = this.#nextNumber
    this.#nextNumber += plan.messages
    const result = await this.#ask({ kind: 'load', plan: { ...plan, firstNumber } })
    if (result === undefined) throw new Error('The load process answered without a result.')
    return result
  }

  /** Resolves when a flow has handled its first message. */
  async firstMessage(plan: FirstMessagePlan): Promise<void> {
    await this.#ask({ kind: 'first message', plan })
  }

  [Symbol.dispose](): void {
    this.#process.kill()
  }

  #ask(command: LoadCommand): Promise<LoadResult | undefined> {
    const pending = Promise.withResolvers<LoadResult | undefined>()
    this.#pending = pending
    this.#process.send(command)
    return pending.promise
  }

  #take(answer: LoadAnswer): void {
    if (answer.ok) this.#pending?.resolve(answer.result)
    else this.#pending?.reject(new Error(answer.text))
  }
}
