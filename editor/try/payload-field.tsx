import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'
import { asKind, payloadKinds, readTyped, type TypedPayload, writeTyped } from './typed-payload.ts'

interface PayloadFieldProps {
  readonly label: string
  readonly value: unknown
  /** Called with payloads alone: what cannot be read is told below the field, and stays here. */
  readonly onChange: (value: unknown) => void
  /** Whether what is typed can be read. */
  readonly onFault?: (isFaulty: boolean) => void
}

/** A payload as a person writes it: of which kind it is, and its text. */
export function PayloadField({ label, value, onChange, onFault }: PayloadFieldProps) {
  const t = useText(tryTexts)
  const [typed, setTyped] = useState<TypedPayload>(() => writeTyped(value))
  const read = readTyped(typed)
  const shown =
    read.ok && JSON.stringify(read.value) !== JSON.stringify(value ?? null) ? writeTyped(value) : typed
  if (shown !== typed) setTyped(shown) // somebody else has changed it: an undo, another person
  const change = (next: TypedPayload) => {
    setTyped(next)
    const meant = readTyped(next)
    onFault?.(!meant.ok)
    if (meant.ok) onChange(meant.value)
  }
  return (
    <div className={styles.payload}>
      <div className={styles.payloadRow}>
        <Select
          aria-label={`${label}: ${t('payloadKind')}`}
          value={shown.kind}
          onChange={(kind) => change(asKind(shown, kind))}
          options={payloadKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        />
        {shown.kind === 'boolean' ? (
          <Select
            aria-label={label}
            value={shown.text}
            onChange={(text) => change({ kind: 'boolean', text })}
            options={[
              { value: 'true', label: t('true') },
              { value: 'false', label: t('false') },
            ]}
          />
        ) : (
          <TextField
            mono
            aria-label={label}
            aria-invalid={!read.ok}
            value={shown.text}
            onChange={(text) => change({ ...shown, text })}
          />
        )}
      </div>
      {!read.ok && (
        <p className={styles.fault} role="alert">
          <Icon name="circle-alert" size={14} />
          {t(read.fault)}
        </p>
      )}
    </div>
  )
}
