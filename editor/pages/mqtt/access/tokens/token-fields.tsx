import { type ReactNode, useState } from 'react'
import type { TokenSettings } from '../../../../api/types.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Field } from '../../../../ui/field.tsx'
import { Segmented } from '../../../../ui/segmented.tsx'
import { Select } from '../../../../ui/select.tsx'
import { Textarea, TextField } from '../../../../ui/text-field.tsx'
import { roleTitles } from '../rule-parts.ts'
import { accessTexts } from '../texts.ts'
import { tokenTexts } from './texts.ts'
import styles from './tokens.module.css'

const roles = ['device', 'viewer', 'editor'] as const
const sources = ['address', 'pasted'] as const

interface TokenFieldsProps {
  readonly settings: TokenSettings
  readonly onChange: (changes: Partial<TokenSettings>) => void
  /** What the server has against a field. */
  readonly error: { readonly field: string; readonly text: string } | undefined
}

type TextName = 'issuer' | 'audience' | 'keysUrl' | 'userClaim' | 'scopeClaim'

/** By what a token is known to count, and what it says. */
export function TokenFields({ settings, onChange, error }: TokenFieldsProps) {
  const t = useText(tokenTexts)
  const ofAccess = useText(accessTexts)
  const errorOf = (name: keyof TokenSettings) => (error?.field === name ? error.text : undefined)
  const text = (name: TextName, placeholder: string) => (
    <Field label={t(name)} hint={t(`${name}Hint`)} error={errorOf(name)}>
      {(control) => (
        <TextField
          {...control}
          mono
          placeholder={placeholder}
          value={settings[name]}
          onChange={(value) => onChange({ [name]: value })}
        />
      )}
    </Field>
  )
  return (
    <div className={styles.fields}>
      {text('issuer', 'https://id.example.com')}
      {text('audience', 'wirehouse')}
      <KeysField settings={settings} onChange={onChange} errorOf={errorOf}>
        {text('keysUrl', 'https://id.example.com/.well-known/jwks.json')}
      </KeysField>
      {text('userClaim', 'sub')}
      <Field label={t('role')} hint={t('roleHint')}>
        {(control) => (
          <Select
            {...control}
            value={settings.role}
            onChange={(role) => onChange({ role })}
            options={roles.map((value) => ({ value, label: ofAccess(roleTitles[value]) }))}
          />
        )}
      </Field>
      <div className={styles.wide}>
        {text('scopeClaim', 'scope')}
        <p className={styles.example}>
          {t('scopeExample')} <code>mqtt:publish:home/%u/# mqtt:subscribe:home/+/state</code>
        </p>
      </div>
    </div>
  )
}

interface KeysFieldProps extends Omit<TokenFieldsProps, 'error'> {
  readonly errorOf: (name: keyof TokenSettings) => string | undefined
  /** The field for the address. */
  readonly children: ReactNode
}

/** The issuer's keys: asked for at an address, or pasted. What is not shown is not kept. */
function KeysField({ settings, onChange, errorOf, children }: KeysFieldProps) {
  const t = useText(tokenTexts)
  const [source, setSource] = useState<(typeof sources)[number]>(settings.keys === '' ? 'address' : 'pasted')
  return (
    <div className={styles.wide}>
      <Field label={t('keysFrom')}>
        {(control) => (
          <Segmented
            {...control}
            aria-label={t('keysFrom')}
            value={source}
            onChange={(chosen) => {
              setSource(chosen)
              onChange(chosen === 'address' ? { keys: '' } : { keysUrl: '' })
            }}
            options={sources.map((value) => ({ value, label: t(value) }))}
          />
        )}
      </Field>
      {source === 'address' ? (
        children
      ) : (
        <Field label={t('keys')} hint={t('keysHint')} error={errorOf('keys') ?? errorOf('keysUrl')}>
          {(control) => (
            <Textarea
              {...control}
              mono
              placeholder={'{"keys":[{"kty":"RSA", …}]}'}
              value={settings.keys}
              onChange={(value) => onChange({ keys: value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
