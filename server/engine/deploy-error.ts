import type { Problem } from '#flows/problem.ts'

/** A flow could not start; what ran before runs on. */
export class DeployError extends Error {
  override readonly name = 'DeployError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'The flow could not start.')
    this.problems = problems
  }
}
