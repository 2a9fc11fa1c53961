import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { FirstMessagePlan } from './first-message.ts'
import type { LoadAnswer, LoadCommand } from './load-process.ts'
import type { LoadPlan, LoadResult } from './run-load.ts'

/** One process that makes load. One command at a time. */
export class LoadWorker implements Disposable {
  readonly #process = fork(join(import.meta.dirname, 'load-process.ts'), { serialization: 'advanced' })
  #pending: PromiseWithResolvers<LoadResult | undefined> | undefined

  constructor() {
    this.#process.on('message', (answer: LoadAnswer) => this.#take(answer))
    this.#process.once('exit', () => this.#take({ ok: false, text: 'The load process ended unexpectedly.' }))
  }

  async load(plan: LoadPlan): Promise<LoadResult> {
    const result = await this.#ask({ kind: 'load', plan })
    if (result === undefined) throw new Error('The load process answered without a result.')
    return result
  }

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
