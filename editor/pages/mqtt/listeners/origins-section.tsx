import { type FormEvent, useState } from 'react'
import { api } from '../../../api/api.ts'
import type { Listeners } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { useListenerChange } from './use-listener-change.ts'

/** Which pages of others may use MQTT over WebSocket. */
export function OriginsSection({ listeners: { origins, needsProof } }: { readonly listeners: Listeners }) {
  const t = useText(listenerTexts)
  const [origin, setOrigin] = useState('')
  const set = useListenerChange(
    (wanted: readonly string[]) => api.listeners.set({ origins: wanted, needsProof }),
    () => t('saved'),
  )
  const add = (event: FormEvent) => {
    event.preventDefault()
    set.mutate([...origins, origin], { onSuccess: () => setOrigin('') })
  }
  return (
    <Section id="origins" title={t('origins')} about={t('originsAbout')}>
      <div className={page.card}>
        <ul className={page.rows}>
          {origins.length === 0 && <li className={`${page.padded} ${page.aside}`}>{t('noOrigins')}</li>}
          {origins.map((one) => (
            <li key={one} className={page.row}>
              <span className={page.rowIcon}>
                <Icon name="globe" size={18} />
              </span>
              <div className={page.rowMain}>
                <span className={page.rowTitle}>{one}</span>
              </div>
              <IconButton
                icon="trash-2"
                label={t('remove')}
                disabled={set.isPending}
                onClick={() => set.mutate(origins.filter((other) => other !== one))}
              />
            </li>
          ))}
        </ul>
        <form className={`${page.padded} ${styles.add}`} onSubmit={add} noValidate>
          <Field label={t('origin')}>
            {(control) => (
              <TextField
                {...control}
                value={origin}
                onChange={setOrigin}
                placeholder="https://panel.example.org"
                maxLength={300}
                mono
              />
            )}
          </Field>
          <Button type="submit" busy={set.isPending} disabled={origin.trim() === ''}>
            {t('addOrigin')}
          </Button>
        </form>
      </div>
    </Section>
  )
}
