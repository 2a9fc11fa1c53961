import { useMemo } from 'react'
import { type Text, type Texts, type Translate, textsIn } from './define-texts.ts'
import { useLanguage } from './language.ts'

/** `const t = useText(pageTexts)`, then `t('title')` or `t('count', { count: 3 })`. */
export function useText<English extends Readonly<Record<string, Text>>>(
  texts: Texts<English>,
): Translate<English> {
  const language = useLanguage()
  return useMemo(() => textsIn(texts, language), [texts, language])
}
