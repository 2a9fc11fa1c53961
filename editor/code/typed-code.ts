import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { linter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { EditorView, hoverTooltip, ViewPlugin } from '@codemirror/view'
import { completeFunctionApi } from './function-completion.ts'
import { checkTyped, completeTyped, explainTyped, hasTypes, useTypes } from './type-client.ts'
import type { FunctionText, Part } from './typed-function.ts'

/** How long the keys rest before the text is checked, in milliseconds. */
const CHECK_AFTER_MS = 400

/**
 * Types for one part of a function: completion, what a name is, and faults at their places. Until the
 * compiler has come, completion offers what functions have at hand.
 */
export const typedCode = (part: Part, textOf: () => FunctionText | undefined): Extension => [
  ViewPlugin.define(() => ({ destroy: useTypes() })),
  autocompletion({ override: [(context) => complete(context, part, textOf)] }),
  linter(
    async ({ state }) => {
      const faults = await checkTyped(withPart(textOf(), part, state.doc.toString()))
      return faults
        .filter((fault) => fault.part === part && fault.to <= state.doc.length)
        .map(({ from, to, level, text }) => ({ from, to, severity: level, message: text }))
    },
    { delay: CHECK_AFTER_MS },
  ),
  hoverTooltip(async (view, offset) => {
    if (!hasTypes()) return null
    const text = await explainTyped(withPart(textOf(), part, view.state.doc.toString()), part, offset)
    if (text === undefined) return null
    return {
      pos: offset,
      create: () => {
        const dom = document.createElement('div')
        dom.className = 'cm-explained'
        dom.textContent = text
        return { dom }
      },
    }
  }),
  look,
]

async function complete(
  context: CompletionContext,
  part: Part,
  textOf: () => FunctionText | undefined,
): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w$]+$/)
  const isMember = context.matchBefore(/\.[\w$]*$/) !== null
  if (!word && !isMember && !context.explicit) return null
  if (!hasTypes()) return completeFunctionApi(context)
  const text = withPart(textOf(), part, context.state.doc.toString())
  const offers = await completeTyped(text, part, context.pos)
  if (context.aborted) return null
  const options = offers.map(({ label, kind }): Completion => ({ label, type: kind }))
  return { from: word?.from ?? context.pos, options, validFor: /^[\w$]*$/ }
}

/** With what is in the editor right now, which the document may learn a moment later. */
const withPart = (text: FunctionText | undefined, part: Part, now: string): FunctionText => ({
  ...(text ?? nothing),
  texts: { ...(text ?? nothing).texts, [part]: now },
})

const nothing: FunctionText = {
  language: 'javascript',
  payload: 'any',
  texts: { setup: '', code: '', teardown: '' },
}

const look = EditorView.theme({
  '.cm-explained': {
    padding: '4px 8px',
    maxWidth: '480px',
    whiteSpace: 'pre-wrap',
    fontFamily: 'var(--mono)',
    fontSize: '12px',
  },
  '.cm-tooltip': {
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--error)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--warn)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--error) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn) 1px',
    textUnderlineOffset: '3px',
  },
})
