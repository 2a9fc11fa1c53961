import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'

/** Errors of the bot itself rather than of one message. */
const botCodes: ReadonlySet<string> = new Set([
  'TELEGRAM_TOKEN',
  'TELEGRAM_NO_TOKEN',
  'TELEGRAM_TOKEN_SHAPE',
  'TELEGRAM_API_ROOT',
])

/** Whether an error stays until somebody changes the connection. */
export const isBroken = (error: unknown): error is NodeError =>
  error instanceof NodeError && botCodes.has(error.code)

/** How a bot is, for its connection and for the nodes that write by it. A trouble is told when it begins. */
export class BotHealth {
  readonly #context: Pick<ConnectionContext, 'status' | 'log'>
  readonly #listeners = new Set<(trouble: Sentence) => void>()
  #shown: string | undefined

  constructor(context: Pick<ConnectionContext, 'status' | 'log'>) {
    this.#context = context
  }

  onTrouble(listener: (trouble: Sentence) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  well(): void {
    if (this.#shown === '') return
    this.#shown = ''
    this.#context.status('ok')
  }

  /** It goes on by itself. */
  trouble(problem: Sentence): void {
    if (this.#shown !== problem.message) {
      this.#shown = problem.message
      this.#context.status('warn', problem)
      this.#context.log('warn', problem)
    }
    for (const listener of this.#listeners) listener(problem)
  }

  /** Somebody has to do something. */
  failed(error: unknown): void {
    if (!isBroken(error) || this.#shown === error.message) return
    this.#shown = error.message
    this.#context.status('error', error)
  }
}
