import { implementNode } from '#kit/runtime/implement-node.ts'
import type { Sentence } from '#kit/sentence.ts'
import { subflow } from './definition.ts'

const nothingInside: Sentence = {
  code: 'SUBFLOW_EMPTY',
  message: 'Its subflow does not exist, contains itself, or is too large. It does nothing; the rest runs.',
}

/** What a subflow does, its nodes do, in place of this one. It runs only where there is nothing to be put in its place. */
export const subflowRuntime = implementNode(subflow, ({ status }) => ({
  start: () => status('error', nothingInside),
}))
