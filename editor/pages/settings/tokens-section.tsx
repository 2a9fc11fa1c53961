import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { api } from '../../api/api.ts'
import { keys, queryClient, useTokens } from '../../api/queries.ts'
import type { ApiToken } from '../../api/types.ts'
import { errorText } from '../../i18n/error-text.ts'
import { formatDate } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { CopyField } from '../../ui/copy-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { settingsTexts } from './texts.ts'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.tokens })

/** Tokens with which programs act in one's name. */
export function TokensSection() {
  const t = useText(settingsTexts)
  const common = useText(pageTexts)
  const language = useLanguage()
  const tokens = useTokens()
  const [asked, setAsked] = useState<'add' | ApiToken>()
  const close = () => setAsked(undefined)
  const remove = useMutation({
    mutationFn: (token: ApiToken) => api.tokens.remove(token.id),
    onSuccess: (_nothing, { name }) => notify.ok(t('tokenDeleted', { name })),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      close()
      return refresh()
    },
  })
  return (
    <Section
      id="tokens"
      title={t('tokens')}
      about={t('tokensAbout')}
      actions={
        <Button icon="plus" onClick={() => setAsked('add')}>
          {t('addToken')}
        </Button>
      }
    >
      {tokens.error && <Failed error={tokens.error} retry={tokens.refetch} />}
      {tokens.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!tokens.data}>
        {tokens.data?.length === 0 && <li className={`${page.padded} ${page.aside}`}>{t('noTokens')}</li>}
        {tokens.data?.map((token) => (
          <li key={token.id} className={page.row}>
            <span className={page.rowIcon}>
              <Icon name="key-round" size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{token.name}</span>
              <span className={page.rowAbout}>
                {t('created', { date: formatDate(token.createdAt, language) })}
              </span>
            </div>
            <IconButton icon="trash-2" label={t('remove')} onClick={() => setAsked(token)} />
          </li>
        ))}
      </ul>
      {asked === 'add' && <TokenDialog onClose={close} />}
      {asked && asked !== 'add' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => remove.mutate(asked)}
          busy={remove.isPending}
          title={t('deleteTokenTitle', { name: asked.name })}
          about={t('deleteTokenAbout')}
          action={t('remove')}
          dangerous
        />
      )}
    </Section>
  )
}

/** Asks what the token is for, then shows it this once. */
function TokenDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(settingsTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const [name, setName] = useState('')
  const add = useMutation({ mutationFn: () => api.tokens.add(name.trim()), onSuccess: refresh })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }

  if (add.data)
    return (
      <Dialog
        open
        onClose={onClose}
        title={t('tokenTitle')}
        about={t('tokenOnce')}
        actions={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <CopyField text={add.data.token} />
      </Dialog>
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('addToken')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={add.isPending}
            disabled={name.trim() === ''}
          >
            {t('create')}
          </Button>
        </>
      }
    >
      <form id={formId} className={page.form} onSubmit={submit} noValidate>
        <Field label={t('tokenName')} hint={t('tokenNameHint')}>
          {(control) => <TextField {...control} value={name} onChange={setName} maxLength={100} autoFocus />}
        </Field>
        {add.error && <FormError text={errorText(add.error)} />}
      </form>
    </Dialog>
  )
}
