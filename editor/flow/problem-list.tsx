import { wireKey } from '#flows/flow.ts'
import { problemText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './drawer.module.css'
import { useFlow, useNodeName } from './flow-context.ts'
import { flowTexts } from './texts.ts'

/** Everything that keeps the flow from running as drawn; a click goes there. */
export function ProblemList({ onJump }: { readonly onJump: () => void }) {
  const t = useText(flowTexts)
  const nameOf = useNodeName()
  const { problems, document, canvas } = useFlow()
  if (problems.length === 0)
    return <EmptyState icon="circle-check" title={t('noProblems')} about={t('noProblemsAbout')} />
  const jump = (node: string | undefined) => {
    if (!node || !document.node(node)) return
    canvas()?.reveal(node)
    onJump()
  }
  // A wire to a node that does not exist cannot be drawn: here it can be removed.
  const removeWire = (index: number | undefined) => {
    const wire = document.flow.wires[index ?? -1]
    if (wire) document.disconnect([wireKey(wire)])
  }
  return (
    <ul className={styles.problems}>
      {problems.map((problem) => (
        <li key={[problem.code, problem.node, problem.field, problem.wire, problem.message].join(' ')}>
          <button type="button" onClick={() => jump(problem.node)} data-level={problem.level}>
            <Icon name={problem.level === 'error' ? 'circle-alert' : 'triangle-alert'} />
            {problem.node && <b>{nameOf(problem.node)}</b>}
            <span>{problemText(problem)}</span>
          </button>
          {problem.wire !== undefined && (
            <Button icon="trash-2" onClick={() => removeWire(problem.wire)}>
              {t('removeWire')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
