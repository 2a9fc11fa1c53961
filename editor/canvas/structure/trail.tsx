import { useStore } from 'zustand'
import { subflowOf } from '#flows/subflow.ts'
import { leaveTo, scopeAt } from '../../document/commands/subflows.ts'
import type { FlowDocument } from '../../document/flow-document.ts'
import { useText } from '../../i18n/use-text.ts'
import styles from './structure.module.css'
import { structureTexts } from './texts.ts'

/** Through which nodes one came into the subflow that is open, and the ways back. */
export function Trail({ document }: { readonly document: FlowDocument }) {
  const t = useText(structureTexts)
  const { scope, through, flow } = useStore(document.store)
  if (scope === undefined) return null
  const names = through.map((_, depth) => nameAt(document, through.slice(0, depth + 1)))
  const open = flow.subflows?.find(({ id }) => id === scope)?.name ?? scope
  return (
    <nav className={styles.trail} aria-label={t('breadcrumb')} data-testid="trail">
      <ol>
        <li>
          <button type="button" onClick={() => leaveTo(document, 0)}>
            {flow.name || t('flow')}
          </button>
        </li>
        {names.slice(0, -1).map((name, depth) => (
          <li key={through.slice(0, depth + 1).join('/')}>
            <button type="button" onClick={() => leaveTo(document, depth + 1)}>
              {name}
            </button>
          </li>
        ))}
        <li>
          <b aria-current="location">{names.at(-1) ?? open}</b>
        </li>
      </ol>
      {through.length === 0 && <p>{t('asSuch')}</p>}
    </nav>
  )
}

/** The name of the last of these nodes, or of the subflow that it stands for. */
function nameAt(document: FlowDocument, through: readonly string[]): string {
  const { flow } = document
  const around = scopeAt(document, through.slice(0, -1))
  const drawing = around === undefined ? flow : flow.subflows?.find(({ id }) => id === around)
  const id = through.at(-1) ?? ''
  const node = drawing?.nodes.find((each) => each.id === id)
  const subflow = flow.subflows?.find((each) => each.id === (node && subflowOf(node)))
  return node?.name ?? subflow?.name ?? id
}
