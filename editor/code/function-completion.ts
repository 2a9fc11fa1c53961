import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { type ApiName, functionApi, isCallable } from '#kit/function-api.ts'

/** Offers what functions have at hand, and what that consists of, each with its one line of documentation. */
export function completeFunctionApi(context: CompletionContext): CompletionResult | null {
  const member = context.matchBefore(/(?<![\w.$])\w+\.\w*/)
  if (member) return membersOf(member.text.split('.', 1)[0] ?? '', member.from)
  const word = context.matchBefore(/(?<![\w.$])[A-Za-z]\w*/)
  if (!word && !context.explicit) return null
  if (context.matchBefore(/\.\w*/)) return null
  return { from: word?.from ?? context.pos, options: functionApi.map(completionOf), validFor: /^\w*$/ }
}

function membersOf(name: string, from: number): CompletionResult | null {
  const members = functionApi.find((api) => api.name === name)?.members
  if (!members) return null
  return { from: from + name.length + 1, options: members.map(completionOf), validFor: /^\w*$/ }
}

const completionOf = (api: ApiName): Completion => ({
  label: api.name,
  type: isCallable(api) ? 'function' : 'variable',
  detail: isCallable(api) ? api.type : '',
  info: api.doc,
})
