/** How a typed value will be understood; a key of the form's texts. */
export type TypedAs = 'valueAsText' | 'valueAsNumber' | 'valueAsBoolean' | 'valueAsJson'

/** A value typed as text: JSON where it is JSON, else the text itself. Nothing typed is nothing. */
export function readJsonText(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text // not JSON: `on` means the text on
  }
}

/** The text that reads back as the value. Text is quoted only where it would be taken for something else. */
export function writeJsonText(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return JSON.stringify(value)
  return readJsonText(value) === value ? value : JSON.stringify(value)
}

/** Any value as the text of a field: what a shared file holds where a text belongs may be none. */
export function plainText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What kind of value a text means. */
export function typedAs(text: string): TypedAs {
  const value = readJsonText(text)
  if (typeof value === 'string') return 'valueAsText'
  if (typeof value === 'number') return 'valueAsNumber'
  return typeof value === 'boolean' ? 'valueAsBoolean' : 'valueAsJson'
}
