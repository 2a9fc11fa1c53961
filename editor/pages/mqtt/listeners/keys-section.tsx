import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, usePreSharedKeys } from '../../../api/queries.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { CopyField } from '../../../ui/copy-field.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { CredentialsSection } from '../../credentials-section.tsx'
import page from '../../page.module.css'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { UserField } from './user-field.tsx'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.preSharedKeys })

/** Keys that devices share with the house. */
export function KeysSection() {
  const t = useText(listenerTexts)
  const language = useLanguage()
  return (
    <CredentialsSection
      id="keys"
      title={t('keys')}
      about={t('keysAbout')}
      icon="key-round"
      list={usePreSharedKeys()}
      describe={({ identity, user, createdAt }) => ({
        id: identity,
        name: identity,
        about: t('of', { user, date: formatDate(createdAt, language) }),
        question: t('removeKeyTitle', { identity }),
        remove: () => api.listeners.removeKey(identity),
        removed: t('keyRemoved', { identity }),
      })}
      none={t('noKeys')}
      add={t('addKey')}
      addDialog={(close) => <KeyDialog onClose={close} />}
      removal={{ action: t('remove'), about: t('removeKeyAbout') }}
      refresh={refresh}
    />
  )
}

/** Asks for whom the key is, then shows it this once. */
function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
  const [identity, setIdentity] = useState('')
  const [user, setUser] = useState('')
  const add = useMutation({
    mutationFn: () => api.listeners.addKey({ identity: identity.trim(), user }),
    onSuccess: refresh,
  })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={add.mutate}
      title={t('addKey')}
      action={t('add')}
      busy={add.isPending}
      disabled={!/^[\w.-]{1,64}$/.test(identity.trim()) || user === ''}
      error={add.error}
      outcome={
        add.data && {
          title: t('keyTitle'),
          about: t('keyOnce'),
          content: <NewKey made={add.data} />,
        }
      }
    >
      <Field label={t('identity')} hint={t('identityHint')}>
        {(control) => (
          <TextField {...control} value={identity} onChange={setIdentity} maxLength={64} mono autoFocus />
        )}
      </Field>
      <UserField value={user} onChange={setUser} />
    </FormDialog>
  )
}

interface NewKeyProps {
  readonly made: { readonly identity: string; readonly key: string }
}

function NewKey({ made: { identity, key } }: NewKeyProps) {
  const t = useText(listenerTexts)
  return (
    <div className={page.form}>
      <div className={styles.labelled}>
        <span>{t('identity')}</span>
        <CopyField text={identity} />
      </div>
      <div className={styles.labelled}>
        <span>{t('keyTitle')}</span>
        <CopyField text={key} />
      </div>
    </div>
  )
}
