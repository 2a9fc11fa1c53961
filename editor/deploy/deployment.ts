import type { Flow } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'

/** How a flow runs, and what can be done about it. */
export interface Deployment {
  /** Lets the draft run, with a message for the history. Answers whether it does. */
  readonly deploy: (message?: string) => Promise<boolean>
  /** The same once more, whatever the tests say; there while the server has refused this draft for them. */
  readonly deployAnyway?: () => Promise<boolean>
  readonly stop: () => Promise<boolean>
  readonly busy: 'deploy' | 'stop' | undefined
  /** What the server has against this draft. */
  readonly problems: readonly Problem[]
  readonly isRunning: boolean
  /** What runs, once it is known. */
  readonly running: Flow | undefined
  readonly isKnown: boolean
}
