import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../api/api.ts'
import { useSession } from '../../api/queries.ts'
import { formatMoment } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { useNow } from '../../pages/use-now.ts'
import { personColor } from '../../people/people.ts'
import { FormError } from '../../ui/form-error.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useFlow } from '../flow-context.ts'
import { flowTexts } from '../texts.ts'
import { type StepRow, stepRows } from './step-rows.ts'
import styles from './steps.module.css'
import { stepTexts } from './texts.ts'

/** What everybody has done to the flow, newest first. Own steps lead back to before them. */
export function StepList({ onDone }: { readonly onDone: () => void }) {
  const t = useText(stepTexts)
  const { document, autosave } = useFlow()
  const { data, error } = useQuery({
    queryKey: ['steps', document.flow.id],
    queryFn: async () => {
      await autosave.flush()
      return api.flows.history(document.flow.id)
    },
    staleTime: 0,
    gcTime: 0,
  })
  const rows = useMemo(() => data && stepRows(data), [data])
  if (error) return <FormError text={t('failed')} />
  if (!rows) return <Spinner label={t('loading')} />
  if (rows.length === 0) return <p className={styles.about}>{t('none')}</p>
  const own = new Set(document.steps.map(({ id }) => id))
  return (
    <div className={styles.steps}>
      <h2>{t('title')}</h2>
      <p className={styles.about}>{t('about')}</p>
      <ol>
        {rows.map((row) => (
          <li key={row.step} data-taken-back={row.isTakenBack}>
            <Row
              row={row}
              onBack={
                own.has(row.step) && !row.isTakenBack
                  ? () => {
                      document.undoTo(row.step)
                      onDone()
                    }
                  : undefined
              }
            />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Row({ row, onBack }: { readonly row: StepRow; readonly onBack: (() => void) | undefined }) {
  const t = useText(stepTexts)
  const words = useText(flowTexts)
  const language = useLanguage()
  const now = useNow(60_000)
  const me = useSession().data?.name
  const { label, by, isTakenBack } = row
  const name = words(`step.${label.code}`, { count: label.count })
  const at = formatMoment(row.at, now, language)
  const content = (
    <>
      <i style={{ background: personColor(by) }} aria-hidden="true" />
      <span className={styles.name}>{name}</span>
      <span className={styles.who}>
        {by === me ? t('own', { at }) : t('by', { name: by, at })}
        {isTakenBack && ` · ${t('takenBack')}`}
      </span>
    </>
  )
  return onBack ? (
    <button type="button" className={styles.row} aria-label={t('backTo', { step: name })} onClick={onBack}>
      {content}
    </button>
  ) : (
    <div className={styles.row}>{content}</div>
  )
}
