import { problemText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { notify } from '../ui/toast.tsx'
import { useFlow } from './flow-context.ts'
import { HelpText } from './help-text.tsx'
import { selectedTexts } from './selected-texts.ts'

/** The help page of a node type; its example can be put into the flow. */
export function NodeHelp({ type }: { readonly type: string }) {
  const t = useText(selectedTexts)
  const { document, canvas } = useFlow()
  const insert = async (text: string) => {
    const { readFragment } = await import('../document/read-fragment.ts')
    const fragment = readFragment(text)
    if (!fragment.ok)
      return void notify.error(fragment.problems.map((problem) => problemText(problem)).join(' '))
    document.paste(fragment.value, canvas()?.below(), 'import')
    canvas()?.showAll()
    notify.ok(t('exampleInserted'))
  }
  return (
    <HelpText
      type={type}
      afterCode={({ language: code, text }) =>
        !document.isReadOnly &&
        code === 'json' &&
        text.includes('wirehouse/flow') && (
          <div>
            <Button icon="import" onClick={() => void insert(text)}>
              {t('insertExample')}
            </Button>
          </div>
        )
      }
    />
  )
}
