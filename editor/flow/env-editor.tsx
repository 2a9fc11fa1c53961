import { useState } from 'react'
import { isSameJson } from '#flows/same-json.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { type Env, type EnvRow, envOf, faultOf, newRowId, rowsOf, toKind } from './env-rows.ts'
import { useDocument, useFlow } from './flow-context.ts'
import styles from './inspector.module.css'
import { flowTexts } from './texts.ts'

const EnvRowFields = lazyPart(async () => (await import('./env-row-fields.tsx')).EnvRowFields)

/** The values that a flow's functions find in `env`. */
export function EnvEditor() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const env = useDocument((state) => state.flow.env)
  return (
    <ValueRows
      title={t('env')}
      about={t('envAbout')}
      env={env}
      onChange={(next, burst) => document.setEnv(next, burst)}
    />
  )
}

interface ValueRowsProps {
  readonly title: string
  readonly about: string
  readonly env: Env | undefined
  /** Changes with the same `burst` are one step. */
  readonly onChange: (env: Env | undefined, burst?: string) => void
}

/** Values with names, as rows. A row that has no name yet is not saved. */
export function ValueRows({ title, about, env, onChange }: ValueRowsProps) {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const [typed, setTyped] = useState<readonly EnvRow[]>(() => rowsOf(env))
  // What was typed counts while it says what the flow says: undo and other tabs change the flow.
  const isCurrent = isSameJson(envOf(typed) ?? {}, env ?? {})
  const rows = isCurrent ? typed : rowsOf(env, typed)
  if (!isCurrent) setTyped(rows)

  const change = (next: readonly EnvRow[], burst?: string) => {
    setTyped(next)
    onChange(envOf(next), burst)
  }
  const replace = (row: EnvRow, fields: Partial<EnvRow>, burst?: string) =>
    change(
      rows.map((one) => (one.id === row.id ? { ...one, ...fields } : one)),
      burst && `${burst} ${row.id}`,
    )
  return (
    <section className={styles.env} aria-label={title} onBlur={() => document.seal()}>
      <h3>{title}</h3>
      <p className={styles.quiet}>{about}</p>
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <EnvRowFields
              key={row.id}
              row={row}
              fault={faultOf(rows, row)}
              onName={(name) => replace(row, { name }, 'name')}
              onValue={(value) => replace(row, { value }, 'value')}
              onKind={(kind) => replace(row, { value: toKind(row.value, kind) })}
              onRemove={() => change(rows.filter(({ id }) => id !== row.id))}
            />
          ))}
        </ul>
      )}
      {!document.isReadOnly && (
        <Button icon="plus" onClick={() => change([...rows, { id: newRowId(), name: '', value: '' }])}>
          {t('envAdd')}
        </Button>
      )}
    </section>
  )
}
