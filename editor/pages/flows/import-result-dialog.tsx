import { Link } from 'wouter'
import type { Problem } from '#flows/problem.ts'
import type { ImportedFlow } from '../../api/types.ts'
import { errorText, problemText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { Icon } from '../../ui/icon.tsx'
import styles from './flows.module.css'
import { closeImport, useImport } from './import-flows.ts'
import { flowTexts } from './texts.ts'

/** Problems shown of each flow before the rest is only counted. */
const PROBLEMS_SHOWN = 4

/** What became of imported files. */
export function ImportResultDialog() {
  const t = useText(flowTexts)
  const result = useImport((state) => state.result)
  if (!result) return null
  const isRefused = result.kind === 'refused'
  return (
    <Dialog
      open
      onClose={closeImport}
      title={isRefused ? t('importFailed') : t('importedTitle')}
      about={isRefused ? result.file : undefined}
      actions={
        <Button variant="primary" onClick={closeImport}>
          {t('done')}
        </Button>
      }
    >
      {isRefused ? (
        <div className={styles.results}>
          <FormError text={errorText(result.error)} />
          {/* a file with a single fault may have one sentence for both: it is shown once */}
          <ProblemList
            problems={result.problems.filter((problem) => problemText(problem) !== errorText(result.error))}
          />
        </div>
      ) : (
        <ul className={styles.results}>
          {result.flows.map((flow) => (
            <ImportedLine key={flow.id} flow={flow} />
          ))}
        </ul>
      )}
    </Dialog>
  )
}

function ImportedLine({ flow }: { readonly flow: ImportedFlow }) {
  const t = useText(flowTexts)
  const count = flow.problems.length
  return (
    <li className={styles.result}>
      <div className={styles.resultHead}>
        <Link href={`/flows/${flow.id}`} onClick={closeImport}>
          {flow.name}
        </Link>
        <Badge tone={count === 0 ? 'ok' : 'warn'} icon={count === 0 ? 'check' : 'triangle-alert'}>
          {count === 0 ? t('noProblems') : t('problems', { count })}
        </Badge>
      </div>
      <ProblemList problems={flow.problems} />
    </li>
  )
}

function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const t = useText(flowTexts)
  if (problems.length === 0) return null
  const left = problems.length - PROBLEMS_SHOWN
  return (
    <ul className={styles.problems}>
      {problems.slice(0, PROBLEMS_SHOWN).map((problem) => (
        <li
          key={`${problem.code} ${problem.node} ${problem.field} ${problem.message}`}
          data-level={problem.level}
        >
          <Icon name={problem.level === 'error' ? 'circle-alert' : 'triangle-alert'} size={14} />
          <span>{problemText(problem)}</span>
        </li>
      ))}
      {left > 0 && <li>{t('moreProblems', { count: left })}</li>}
    </ul>
  )
}
