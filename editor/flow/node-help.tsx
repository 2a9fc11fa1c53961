import { useEffect, useState } from 'react'
import { readFragment } from '../document/fragment.ts'
import { problemText } from '../i18n/error-text.ts'
import { type Language, useLanguage } from '../i18n/language.ts'
import { loadHelp } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { notify } from '../ui/toast.tsx'
import { useFlow } from './flow-context.ts'
import { MarkdownView } from './markdown-view.tsx'
import { flowTexts } from './texts.ts'

/** The help in a language. Only the English page carries the example; the others get it under their text. */
async function readHelp(type: string, language: Language): Promise<string | undefined> {
  const [own, english] = await Promise.all([loadHelp(type, language), loadHelp(type, 'en')])
  if (own === undefined || own === english || own.includes('```json')) return own
  const example = /```json[\s\S]*?```/.exec(english ?? '')?.[0]
  return example ? `${own}\n\n${example}\n` : own
}

/** The help page of a node type; its example can be put into the flow. */
export function NodeHelp({ type }: { readonly type: string }) {
  const t = useText(flowTexts)
  const language = useLanguage()
  const { document, canvas } = useFlow()
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

  const insert = (text: string) => {
    const fragment = readFragment(text)
    if (!fragment.ok)
      return void notify.error(fragment.problems.map((problem) => problemText(problem)).join(' '))
    document.paste(fragment.value, canvas()?.below(), 'import')
    canvas()?.showAll()
    notify.ok(t('exampleInserted'))
  }
  if (help === 'loading') return <Spinner label={t('loading')} />
  if (help === undefined) return <p>{t('noHelp')}</p>
  return (
    <MarkdownView
      source={help}
      afterCode={({ language: code, text }) =>
        !document.isReadOnly &&
        code === 'json' &&
        text.includes('wirehouse/flow') && (
          <div>
            <Button icon="import" onClick={() => insert(text)}>
              {t('insertExample')}
            </Button>
          </div>
        )
      }
    />
  )
}
