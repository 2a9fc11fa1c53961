import type { FieldText } from '../i18n/node-texts.ts'
import type { ControlProps } from '../ui/field.tsx'
import type { FormField } from './read-fields.ts'

/** What every control of a form gets. */
export interface FieldControlProps {
  readonly field: FormField
  readonly path: readonly string[]
  readonly place: string
  /** The object the field belongs to, for controls that look at their siblings. */
  readonly values: Readonly<Record<string, unknown>>
  /** What it holds, or its default. */
  readonly value: unknown
  readonly words: FieldText
  readonly label: string
  readonly control: ControlProps
  readonly onChange: (value: unknown) => void
  readonly onLeave: () => void
}
