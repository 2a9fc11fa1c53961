import type { Problem } from '#flows/problem.ts'
import { useConnections } from '../api/queries.ts'
import { useFlow, useNodeName } from '../flow/flow-context.ts'
import { problemText } from '../i18n/error-text.ts'
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
  const nameOf = useNodeName()
  const scope = useFlow()
  const { document, catalogue } = scope
  const { data: standing = [] } = useConnections()
  const fixes = document.isReadOnly ? [] : fixesOf(problem, document.drawing, catalogue, standing)
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
        {problem.node && <b>{nameOf(problem.node)}</b>}
        <span>{problemText(problem)}</span>
      </button>
      {fixes.map((fix) => (
        <Button
          key={fixKey(fix)}
          icon={fixIcons[fix.kind]}
          className={styles.fix}
          onClick={() => applyFix(document, fix)}
        >
          {fix.kind === 'useConnection'
            ? t('useConnection', { name: fix.connection.name || fix.connection.id })
            : t(fix.kind)}
        </Button>
      ))}
    </li>
  )
}

const fixKey = (fix: Fix): string => (fix.kind === 'useConnection' ? fix.connection.id : fix.kind)

const fixIcons = {
  removeWire: 'trash-2',
  removeSecondWire: 'trash-2',
  removeNode: 'trash-2',
  useConnection: 'plug',
  useDefault: 'undo-2',
} as const satisfies Readonly<Record<Fix['kind'], string>>
