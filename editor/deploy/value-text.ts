import { durationUnits, unitOf } from '../forms/duration.ts'
import type { FormField } from '../forms/read-fields.ts'
import { plainText } from '../forms/value-text.ts'
import type { Translate } from '../i18n/define-texts.ts'
import type { Language } from '../i18n/language.ts'
import type { FieldText } from '../i18n/node-texts.ts'
import type { deployTexts } from './texts.ts'

/** Longer texts and larger values are compared line by line. */
const LINE = 80

/** What is written on several lines: a text as it is, a value as JSON. Nothing for what fits on one. */
export function linesOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.includes('\n') || value.length > LINE ? value : undefined
  if (typeof value !== 'object' || value === null) return undefined
  return JSON.stringify(value).length > LINE ? JSON.stringify(value, undefined, 2) : undefined
}

/** A value of a setting on one line, as its form would show it. */
export function valueText(
  value: unknown,
  field: FormField | undefined,
  words: FieldText | undefined,
  t: Translate<(typeof deployTexts)['en']>,
  language: Language,
): string {
  if (value === undefined) return t('notSet')
  if (value === '') return t('emptyText')
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (field?.shape.kind === 'choice' && words) return words.option(plainText(value))
  if (typeof value === 'number') return numberText(value, field, language)
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}

function numberText(value: number, field: FormField | undefined, language: Language): string {
  if (field?.meta.control === 'duration') {
    const unit = unitOf(value)
    return `${(value / durationUnits[unit]).toLocaleString(language)} ${unit}`
  }
  const text = value.toLocaleString(language, { maximumFractionDigits: 10 })
  return field?.meta.unit ? `${text} ${field.meta.unit}` : text
}
