import { use, useState } from 'react'
import { CodeEditor } from '../code/code-editor.tsx'
import { payloadType } from '../code/payload-type.ts'
import { type FunctionText, type Part, parts } from '../code/typed-function.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormError } from '../ui/form-error.tsx'
import { BesideCode } from './beside-code.ts'
import { issueAt } from './config-issues.ts'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { useInputKind, useSeen } from './seen-messages.ts'
import { formTexts } from './texts.ts'

/** Source text, in the form or in a window of its own; its language stands in the sibling field `language`, and the parts of a function know each other. */
export function CodeControl({ value, values, label, place, path, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const { issues } = useForm()
  const beside = use(BesideCode)
  const [isLarge, setLarge] = useState(false)
  const issue = issueAt(issues, place)
  const kind = useInputKind()
  const seen = useSeen()
  const payload = payloadType(
    kind,
    seen.map((message) => message['payload']),
  )
  const language: FunctionText['language'] = values['language'] === 'typescript' ? 'typescript' : 'javascript'
  const part = parts.find((name) => name === path.at(-1))
  const editor = {
    value: typeof value === 'string' ? value : '',
    onChange,
    language,
    label,
    typed: part && { part, text: { language, payload, texts: textsOf(values) } },
    errorLine: lineOf(issue),
  } as const
  return (
    <div className={styles.stack}>
      {!isLarge && <CodeEditor {...editor} onBlur={onLeave} />}
      <Button variant="ghost" icon="maximize" className={styles.add} onClick={() => setLarge(true)}>
        {t('larger')}
      </Button>
      <Dialog open={isLarge} onClose={() => setLarge(false)} title={label} width={beside ? 1280 : 960}>
        <div className={styles.large} data-beside={beside ? '' : undefined}>
          <CodeEditor {...editor} />
          {beside && <div>{beside}</div>}
        </div>
        {issue !== undefined && (
          <div className={styles.under}>
            <FormError text={issue} />
          </div>
        )}
      </Dialog>
    </div>
  )
}

const textsOf = (values: FieldControlProps['values']): Readonly<Record<Part, string>> => {
  const text = (part: Part) => (typeof values[part] === 'string' ? values[part] : '')
  return { setup: text('setup'), code: text('code'), teardown: text('teardown') }
}

/** The line a sentence about code begins with: `Line 3: …`, as the server names it. */
export function lineOf(issue: string | undefined): number | undefined {
  const line = /^Line (\d+)\b/.exec(issue ?? '')?.[1]
  return line === undefined ? undefined : Number(line)
}
