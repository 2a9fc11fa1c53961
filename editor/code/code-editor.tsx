import { apart } from '../ui/lazy-part.tsx'
import { Textarea } from '../ui/text-field.tsx'
import type { FunctionText, Part } from './typed-function.ts'

export interface CodeEditorProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly language: 'javascript' | 'typescript' | 'text'
  /** Line, from 1, that is marked as wrong. */
  readonly errorLine?: number | undefined
  readonly label: string
  /** With the types of a function, whose part this is. */
  readonly typed?: { readonly part: Part; readonly text: FunctionText } | undefined
  readonly onBlur?: (() => void) | undefined
}

const codeMirror = apart<CodeEditorProps>(
  async () => (await import('./code-mirror.tsx')).CodeMirror,
  ({ value, onChange, label }) => (
    <Textarea mono value={value} onChange={onChange} aria-label={label} rows={8} />
  ),
)

/** Source text with line numbers and highlighting. Its 130 KB are loaded when the first one shows; until then a plain field serves. */
export const CodeEditor = codeMirror.Part

/** To be called where somebody is about to look at code. */
export const loadCodeEditor = codeMirror.load
