import type { Flow } from '#flows/flow.ts'

/** How a flow runs, and what can be done about it. */
export interface Deployment {
  /** Lets the draft run, with a message for the history. Answers whether it does. */
  readonly deploy: (message?: string, options?: { readonly skipsTests?: boolean }) => Promise<boolean>
  readonly busy: 'deploy' | 'stop' | undefined
  readonly isRunning: boolean
  /** What runs, once it is known. */
  readonly running: Flow | undefined
  readonly isKnown: boolean
}
