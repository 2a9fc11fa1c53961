import type { FlowNode } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'
import { valuesOf } from '#flows/subflow-values.ts'
import { enterSubflow, setValue, unpackSubflow } from '../../document/commands/subflows.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useDocument, useFlow } from '../flow-context.ts'
import inspector from '../inspector.module.css'
import styles from './structure.module.css'
import { settingsTexts } from './texts.ts'

const EnvField = lazyPart(async () => (await import('../env-row-fields.tsx')).EnvField)

/** What a node that stands for a subflow sets of it; nothing for other nodes. */
export function PlaceSettings({ node }: { readonly node: FlowNode }) {
  const t = useText(settingsTexts)
  const { document, catalogue } = useFlow()
  const id = subflowOf(node)
  const subflow = useDocument((state) => state.flow.subflows?.find((each) => each.id === id))
  if (!subflow) return null
  const set = node.config['values']
  const isSet = (name: string) => typeof set === 'object' && set !== null && Object.hasOwn(set, name)
  const values = Object.entries(valuesOf(subflow, node))
  return (
    <>
      {subflow.description && <p className={inspector.quiet}>{subflow.description}</p>}
      {values.length > 0 && (
        <section className={inspector.env}>
          <h3>{t('values')}</h3>
          {values.map(([name, value]) => (
            <div key={name} className={styles.value}>
              <code>{name}</code>
              <EnvField
                label={name}
                value={value}
                onChange={(next) => setValue(document, node.id, name, next)}
              />
              <IconButton
                icon="undo-2"
                label={t('standardFor', { name })}
                disabled={!isSet(name)}
                onClick={() => setValue(document, node.id, name, undefined)}
              />
            </div>
          ))}
        </section>
      )}
      <div className={inspector.actions}>
        <Button icon="log-in" onClick={() => void enterSubflow(document, node.id)}>
          {t('open')}
        </Button>
        {!document.isReadOnly && (
          <Button icon="package-open" onClick={() => unpackSubflow(document, node.id, catalogue)}>
            {t('unpack')}
          </Button>
        )}
      </div>
    </>
  )
}
