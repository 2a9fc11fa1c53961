import type { Catalogue } from '#flows/catalogue.ts'
import type { Drawing } from '#flows/flow.ts'
import { drawingOf } from '#flows/operations/lists.ts'
import type { Problem } from '#flows/problem.ts'
import { useConnections } from '../api/queries.ts'
import { useFlow } from '../flow/flow-context.ts'
import type { Translate } from '../i18n/define-texts.ts'
import { problemText } from '../i18n/error-text.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { applyFix, type Fix, fixesOf } from './fixes.ts'
import { jumpTo, problemKey } from './jump.ts'
import styles from './problems.module.css'
import { problemTexts } from './texts.ts'

/** Everything that keeps the flow from running as drawn: a press goes there, another does what is evident. */
export function ProblemList() {
  const t = useText(problemTexts)
  const { problems } = useFlow()
  if (problems.length === 0)
    return <EmptyState icon="circle-check" title={t('none')} about={t('noneAbout')} />
  return (
    <ul aria-label={t('list')}>
      {problems.map((problem) => (
        <ProblemRow key={problemKey(problem)} problem={problem} />
      ))}
    </ul>
  )
}

function ProblemRow({ problem }: { readonly problem: Problem }) {
  const t = useText(problemTexts)
  const scope = useFlow()
  const { document, catalogue } = scope
  const { data: standing = [] } = useConnections()
  const drawing = drawingOf(document.flow, problem.in)
  const name = nameIn(drawing, problem.node, catalogue)
  const fixes = document.isReadOnly || !drawing ? [] : fixesOf(problem, drawing, catalogue, standing)
  const fixNow = (fix: Fix) => {
    document.enter(problem.in) // what is changed is what is open
    applyFix(document, fix)
  }
  return (
    <li className={styles.row}>
      <button
        type="button"
        className={styles.jump}
        data-level={problem.level}
        onClick={() => jumpTo(scope, problem)}
      >
        <Icon name={problem.level === 'error' ? 'circle-alert' : 'triangle-alert'} />
        <span className="visually-hidden">{t(problem.level)}: </span>
        {name !== undefined && <b>{name}</b>}
        <span>{problemText(problem)}</span>
      </button>
      {fixes.map((fix) => (
        <Button
          key={fixKey(fix)}
          icon={fixIcons[fix.kind]}
          className={styles.fix}
          onClick={() => fixNow(fix)}
        >
          {fixText(fix, catalogue, t)}
        </Button>
      ))}
    </li>
  )
}

function nameIn(drawing: Drawing | undefined, id: string | undefined, catalogue: Catalogue) {
  const node = drawing?.nodes.find((each) => each.id === id)
  const definition = node && catalogue.nodes.get(node.type)
  return node?.name ?? (definition ? nodeTitle(definition) : (node?.type ?? id))
}

function fixText(fix: Fix, catalogue: Catalogue, t: Translate<(typeof problemTexts)['en']>): string {
  if (fix.kind === 'useConnection')
    return t('useConnection', { name: fix.connection.name || fix.connection.id })
  if (fix.kind !== 'convert') return t(fix.kind)
  const definition = catalogue.nodes.get(fix.converter.type)
  return t('convert', { name: definition ? nodeTitle(definition) : fix.converter.type })
}

const fixKey = (fix: Fix): string => (fix.kind === 'useConnection' ? fix.connection.id : fix.kind)

const fixIcons = {
  convert: 'plus',
  removeWire: 'trash-2',
  removeSecondWire: 'trash-2',
  removeNode: 'trash-2',
  useConnection: 'plug',
  useDefault: 'undo-2',
} as const satisfies Readonly<Record<Fix['kind'], string>>
