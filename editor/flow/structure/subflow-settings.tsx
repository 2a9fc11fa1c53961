import { allNodes, subflowOf } from '#flows/subflow.ts'
import { removeUnusedSubflows, unusedSubflows } from '../../document/commands/subflows.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Textarea, TextField } from '../../ui/text-field.tsx'
import { ValueRows } from '../env-editor.tsx'
import { useDocument, useFlow } from '../flow-context.ts'
import inspector from '../inspector.module.css'
import { settingsTexts } from './texts.ts'

/** How a value is named in a setting. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is shown as it is written
const place = '${name}'

/** Everything one can set about the subflow that is open. */
export function SubflowSettings({ id }: { readonly id: string }) {
  const t = useText(settingsTexts)
  const { document } = useFlow()
  const subflow = useDocument((state) => state.flow.subflows?.find((each) => each.id === id))
  const flow = useDocument((state) => state.flow)
  if (!subflow) return null
  const target = { kind: 'subflow', id } as const
  const label = { code: 'describe', count: 1 } as const
  const count = allNodes(flow).filter((node) => subflowOf(node) === id).length
  return (
    <fieldset className={inspector.content} disabled={document.isReadOnly} onBlur={() => document.seal()}>
      <h2>{t('subflow')}</h2>
      <Field label={t('name')}>
        {(control) => (
          <TextField
            {...control}
            value={subflow.name}
            maxLength={200}
            onChange={(name) => name !== '' && document.set(target, { name }, label, 'name')}
          />
        )}
      </Field>
      <Field label={t('description')}>
        {(control) => (
          <Textarea
            {...control}
            value={subflow.description}
            maxLength={10_000}
            onChange={(description) => document.set(target, { description }, label, 'description')}
          />
        )}
      </Field>
      <ValueRows
        title={t('ownValues')}
        about={t('ownValuesAbout', { place })}
        env={subflow.env}
        onChange={(env, burst) =>
          document.set(target, { env }, { code: 'env', count: 1 }, burst && `env ${burst}`)
        }
      />
      <p className={inspector.quiet}>{t('used', { count })}</p>
      {!document.isReadOnly && unusedSubflows({ flow }).some((each) => each.id !== id) && (
        <Button icon="eraser" onClick={() => removeUnusedSubflows(document)}>
          {t('removeUnused')}
        </Button>
      )}
    </fieldset>
  )
}
