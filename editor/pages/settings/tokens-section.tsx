import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { keys, queryClient, useTokens } from '../../api/queries.ts'
import { formatDate } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { CopyField } from '../../ui/copy-field.tsx'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { CredentialsSection } from '../credentials-section.tsx'
import { settingsTexts } from './texts.ts'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.tokens })

/** Tokens with which programs act in one's name. */
export function TokensSection() {
  const t = useText(settingsTexts)
  const language = useLanguage()
  return (
    <CredentialsSection
      id="tokens"
      title={t('tokens')}
      about={t('tokensAbout')}
      icon="key-round"
      list={useTokens()}
      describe={({ id, name, createdAt }) => ({
        id,
        name,
        about: t('created', { date: formatDate(createdAt, language) }),
        question: t('deleteTokenTitle', { name }),
        remove: () => api.tokens.remove(id),
        removed: t('tokenDeleted', { name }),
      })}
      none={t('noTokens')}
      add={t('addToken')}
      addDialog={(close) => <TokenDialog onClose={close} />}
      removal={{ action: t('remove'), about: t('deleteTokenAbout') }}
      refresh={refresh}
    />
  )
}

/** Asks what the token is for, then shows it this once. */
function TokenDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(settingsTexts)
  const [name, setName] = useState('')
  const add = useMutation({ mutationFn: () => api.tokens.add(name.trim()), onSuccess: refresh })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={add.mutate}
      title={t('addToken')}
      action={t('create')}
      busy={add.isPending}
      disabled={name.trim() === ''}
      error={add.error}
      outcome={
        add.data && {
          title: t('tokenTitle'),
          about: t('tokenOnce'),
          content: <CopyField text={add.data.token} />,
        }
      }
    >
      <Field label={t('tokenName')} hint={t('tokenNameHint')}>
        {(control) => <TextField {...control} value={name} onChange={setName} maxLength={100} autoFocus />}
      </Field>
    </FormDialog>
  )
}
