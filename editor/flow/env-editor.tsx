import { useState } from 'react'
import { isSameJson } from '#flows/same-json.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import {
  type EnvKind,
  type EnvRow,
  type EnvValue,
  envOf,
  faultOf,
  kindOf,
  newRowId,
  rowsOf,
  toKind,
} from './env-rows.ts'
import { useDocument, useFlow } from './flow-context.ts'
import styles from './inspector.module.css'
import { flowTexts } from './texts.ts'

/** The values that a flow's functions find in `env`, as rows. A row that has no name yet is not saved. */
export function EnvEditor() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const env = useDocument((state) => state.flow.env)
  const [typed, setTyped] = useState<readonly EnvRow[]>(() => rowsOf(env))
  // What was typed counts while it says what the flow says: undo and other tabs change the flow.
  const isCurrent = isSameJson(envOf(typed) ?? {}, env ?? {})
  const rows = isCurrent ? typed : rowsOf(env, typed)
  if (!isCurrent) setTyped(rows)

  const change = (next: readonly EnvRow[], burst?: string) => {
    setTyped(next)
    document.setEnv(envOf(next), burst)
  }
  const replace = (row: EnvRow, fields: Partial<EnvRow>, burst?: string) =>
    change(
      rows.map((one) => (one.id === row.id ? { ...one, ...fields } : one)),
      burst && `${burst} ${row.id}`,
    )
  return (
    <section className={styles.env} aria-label={t('env')} onBlur={() => document.seal()}>
      <h3>{t('env')}</h3>
      <p className={styles.quiet}>{t('envAbout')}</p>
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <Row
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

interface RowProps {
  readonly row: EnvRow
  readonly fault: ReturnType<typeof faultOf>
  readonly onName: (name: string) => void
  readonly onValue: (value: EnvValue) => void
  readonly onKind: (kind: EnvKind) => void
  readonly onRemove: () => void
}

const kinds = ['text', 'number', 'boolean'] as const

function Row({ row, fault, onName, onValue, onKind, onRemove }: RowProps) {
  const t = useText(flowTexts)
  const { isReadOnly } = useFlow().document
  const faultId = `env-fault-${row.id}`
  return (
    <li className={styles.envRow}>
      <TextField
        aria-label={t('envName')}
        placeholder={t('envName')}
        value={row.name}
        maxLength={100}
        mono
        onChange={onName}
        {...(fault && { 'aria-invalid': true, 'aria-describedby': faultId })}
      />
      <IconButton
        icon="trash-2"
        label={t('envRemove', { name: row.name })}
        disabled={isReadOnly}
        onClick={onRemove}
      />
      <div className={styles.envValue}>
        <Select
          aria-label={t('envKind')}
          value={kindOf(row.value)}
          disabled={isReadOnly}
          onChange={onKind}
          options={kinds.map((kind) => ({ value: kind, label: t(`envKind.${kind}`) }))}
        />
        <Value value={row.value} onChange={onValue} />
      </div>
      {fault && (
        <p id={faultId} className={styles.fault}>
          {t(fault === 'nameless' ? 'envNameless' : 'envTwice')}
        </p>
      )}
    </li>
  )
}

function Value({
  value,
  onChange,
}: {
  readonly value: EnvValue
  readonly onChange: (value: EnvValue) => void
}) {
  const t = useText(flowTexts)
  const { isReadOnly } = useFlow().document
  const label = t('envValue')
  if (typeof value === 'number')
    return <NumberField aria-label={label} value={value} onChange={(number) => onChange(number ?? 0)} />
  if (typeof value === 'string')
    return (
      <TextField
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={10_000}
        onChange={onChange}
      />
    )
  return (
    <Select
      aria-label={label}
      value={value ? 'yes' : 'no'}
      disabled={isReadOnly}
      onChange={(chosen) => onChange(chosen === 'yes')}
      options={[
        { value: 'yes', label: t('envYes') },
        { value: 'no', label: t('envNo') },
      ]}
    />
  )
}
