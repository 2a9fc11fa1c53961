import { lazy, Suspense } from 'react'
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

const CodeMirror = lazy(() => import('./code-mirror.tsx').then((module) => ({ default: module.CodeMirror })))

/** Source text with line numbers and highlighting. Its 150 KB are loaded when the first one shows; until then a plain field serves. */
export const CodeEditor = (props: CodeEditorProps) => (
  <Suspense
    fallback={
      <Textarea mono value={props.value} onChange={props.onChange} aria-label={props.label} rows={8} />
    }
  >
    <CodeMirror {...props} />
  </Suspense>
)
