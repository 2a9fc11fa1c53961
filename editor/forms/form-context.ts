import { createContext, useContext } from 'react'
import type { ListMove } from '../document/commands/outputs.ts'
import type { AnyDefinition } from '../i18n/node-texts.ts'
import type { Issues } from './config-issues.ts'
import type { FormField } from './read-fields.ts'

/** What every field of one form shares. */
export interface FormScope {
  readonly definition: AnyDefinition
  readonly config: Readonly<Record<string, unknown>>
  readonly fields: readonly FormField[]
  readonly issues: Issues
  readonly secretsSet: readonly string[]
  readonly change: (field: string, value: unknown) => void
  /** A list of which entries have come, gone or moved: `listed` are how many there were. */
  readonly changeList: (field: string, value: unknown, move: ListMove, listed: number) => void
  readonly changeMany: (changes: Readonly<Record<string, unknown>>) => void
}

export const FormContext = createContext<FormScope | undefined>(undefined)

/** The form around a field. */
export function useForm(): FormScope {
  const scope = useContext(FormContext)
  if (!scope) throw new Error('a form field stands outside a ConfigForm')
  return scope
}
