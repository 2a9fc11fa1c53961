import { useMemo } from 'react'
import type { Text, Texts } from './define-texts.ts'
import { type Language, useLanguage } from './language.ts'

/** A text that a table carries: it becomes words where it is shown. */
export type Said = (language: Language) => string

/** `said(flowTexts, 'debug')`: a text without values, to stand in a table. */
export const said =
  <English extends Readonly<Record<string, Text>>>(
    texts: Texts<English>,
    key: keyof English & string,
  ): Said =>
  (language) => {
    const text = texts[language][key]
    return typeof text === 'string' ? text : text.other
  }

/** `const say = useSay()`, then `say(action.title)`. */
export function useSay(): (text: Said) => string {
  const language = useLanguage()
  return useMemo(() => (text) => text(language), [language])
}
