import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'

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

/** What a bot does: it sends, and it hears what people do. Either can be in trouble while the other is not. */
type Activity = 'sending' | 'hearing'

interface Problem {
  readonly state: 'warn' | 'error'
  readonly sentence: Sentence
}

/** How a bot is, for its connection and for the nodes that write by it. */
export class BotHealth {
  readonly #context: Pick<ConnectionContext, 'status' | 'log'>
  readonly #listeners = new Set<(trouble: Sentence) => void>()
  readonly #problems = new Map<Activity, Problem>()
  #shown: string | undefined

  constructor(context: Pick<ConnectionContext, 'status' | 'log'>) {
    this.#context = context
  }

  /** Hears why sending takes its time. */
  onTrouble(listener: (trouble: Sentence) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  well(activity: Activity): void {
    this.#problems.delete(activity)
    this.#show()
  }

  /** It goes on by itself. Logged when it begins. */
  trouble(activity: Activity, problem: Sentence): void {
    const isNews = this.#problems.get(activity)?.sentence.message !== problem.message
    this.#problems.set(activity, { state: 'warn', sentence: sentenceOf(problem) })
    if (isNews) this.#context.log('warn', sentenceOf(problem))
    this.#show()
    if (activity === 'sending') for (const listener of this.#listeners) listener(problem)
  }

  /** Shows it where somebody has to do something; what is wrong with one message is not a matter of the bot. */
  failed(activity: Activity, error: unknown): void {
    if (!isBroken(error)) return
    this.#problems.set(activity, { state: 'error', sentence: sentenceOf(error) })
    this.#show()
  }

  #show(): void {
    const problems = [...this.#problems.values()]
    const worst = problems.find(({ state }) => state === 'error') ?? problems[0]
    const text = worst?.sentence.message ?? ''
    if (this.#shown === text) return
    this.#shown = text
    this.#context.status(worst?.state ?? 'ok', worst?.sentence)
  }
}
