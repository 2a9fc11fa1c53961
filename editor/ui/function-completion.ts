import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  ifNotIn,
} from '@codemirror/autocomplete'
import { javascriptLanguage } from '@codemirror/lang-javascript'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
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

const look = EditorView.theme({
  '.cm-tooltip': {
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-tooltip.cm-completionInfo': { padding: '4px 8px', maxWidth: '320px' },
})

/** Offers names that stand elsewhere in the node: what the set-up declares. */
export const completeNames =
  (names: () => readonly string[]) =>
  (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/(?<![\w.$])[A-Za-z_$]\w*/)
    if (!word || names().length === 0) return null
    return {
      from: word.from,
      options: names().map((label) => ({ label, type: 'variable' })),
      validFor: /^\w*$/,
    }
  }

export const namesCompletion = (names: () => readonly string[]): Extension =>
  javascriptLanguage.data.of({ autocomplete: ifNotIn(SILENT, completeNames(names)) })

const SILENT = ['String', 'TemplateString', 'RegExp', 'LineComment', 'BlockComment']

/** Completion for source text of functions; nothing is offered within texts and comments. */
export const functionCompletion: Extension = [
  autocompletion(),
  javascriptLanguage.data.of({
    autocomplete: ifNotIn(SILENT, completeFunctionApi),
  }),
  look,
]
