import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { envRowTexts } from './env-row-texts.ts'
import { type EnvKind, type EnvRow, type EnvValue, type faultOf, kindOf } from './env-rows.ts'
import { useFlow } from './flow-context.ts'
import styles from './inspector.module.css'

interface RowProps {
  readonly row: EnvRow
  readonly fault: ReturnType<typeof faultOf>
  readonly onName: (name: string) => void
  readonly onValue: (value: EnvValue) => void
  readonly onKind: (kind: EnvKind) => void
  readonly onRemove: () => void
}

const kinds = ['text', 'number', 'boolean'] as const

/** One value, with its name and its kind. */
export function EnvRowFields({ row, fault, onName, onValue, onKind, onRemove }: RowProps) {
  const t = useText(envRowTexts)
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
        <EnvField label={t('envValue')} value={row.value} onChange={onValue} />
      </div>
      {fault && (
        <p id={faultId} className={styles.fault}>
          {t(fault === 'nameless' ? 'envNameless' : 'envTwice')}
        </p>
      )}
    </li>
  )
}

/** One value, in the form of its kind. */
export function EnvField({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: EnvValue
  readonly onChange: (value: EnvValue) => void
}) {
  const t = useText(envRowTexts)
  const { isReadOnly } = useFlow().document
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
