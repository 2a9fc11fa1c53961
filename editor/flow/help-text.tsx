import { type ComponentProps, useEffect, useState } from 'react'
import { type Language, useLanguage } from '../i18n/language.ts'
import { loadHelp } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Spinner } from '../ui/spinner.tsx'
import { MarkdownView } from './markdown-view.tsx'
import { selectedTexts } from './selected-texts.ts'
import { flowTexts } from './texts.ts'

/** The help in a language. Only the English page carries the example; the others get it under their text. */
async function readHelp(type: string, language: Language): Promise<string | undefined> {
  const [own, english] = await Promise.all([loadHelp(type, language), loadHelp(type, 'en')])
  if (own === undefined || own === english || own.includes('```json')) return own
  const example = /```json[\s\S]*?```/.exec(english ?? '')?.[0]
  return example ? `${own}\n\n${example}\n` : own
}

interface HelpTextProps extends Pick<ComponentProps<typeof MarkdownView>, 'afterCode'> {
  readonly type: string
}

/** The help page of a node type. */
export function HelpText({ type, afterCode }: HelpTextProps) {
  const t = useText(selectedTexts)
  const flow = useText(flowTexts)
  const language = useLanguage()
  const [help, setHelp] = useState<string | undefined | 'loading'>('loading')
  useEffect(() => {
    let isWanted = true
    const show = (text: string | undefined) => {
      if (isWanted) setHelp(text)
    }
    // A page without its help still works: it then says that there is none.
    readHelp(type, language).then(show, () => show(undefined))
    return () => {
      isWanted = false
    }
  }, [type, language])
  if (help === 'loading') return <Spinner label={flow('loading')} />
  if (help === undefined) return <p>{t('noHelp')}</p>
  return <MarkdownView source={help} {...(afterCode && { afterCode })} />
}
