import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, usePreSharedKeys } from '../../../api/queries.ts'
import type { PreSharedKey } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { CopyField } from '../../../ui/copy-field.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { UserField } from './user-field.tsx'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.preSharedKeys })

/** Keys that devices share with the house. */
export function KeysSection() {
  const t = useText(listenerTexts)
  const common = useText(pageTexts)
  const language = useLanguage()
  const list = usePreSharedKeys()
  const [asked, setAsked] = useState<'add' | PreSharedKey>()
  const close = () => setAsked(undefined)
  const remove = useMutation({
    mutationFn: ({ identity }: PreSharedKey) => api.listeners.removeKey(identity),
    onSuccess: (_nothing, { identity }) => notify.ok(t('keyRemoved', { identity })),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      close()
      return refresh()
    },
  })
  return (
    <Section
      id="keys"
      title={t('keys')}
      about={t('keysAbout')}
      actions={
        <Button icon="plus" onClick={() => setAsked('add')}>
          {t('addKey')}
        </Button>
      }
    >
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!list.data}>
        {list.data?.length === 0 && <li className={`${page.padded} ${page.aside}`}>{t('noKeys')}</li>}
        {list.data?.map((key) => (
          <li key={key.identity} className={page.row}>
            <span className={page.rowIcon}>
              <Icon name="key-round" size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{key.identity}</span>
              <span className={page.rowAbout}>
                {t('of', { user: key.user, date: formatDate(key.createdAt, language) })}
              </span>
            </div>
            <IconButton icon="trash-2" label={t('remove')} onClick={() => setAsked(key)} />
          </li>
        ))}
      </ul>
      {asked === 'add' && <KeyDialog onClose={close} />}
      {asked && asked !== 'add' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => remove.mutate(asked)}
          busy={remove.isPending}
          title={t('removeKeyTitle', { identity: asked.identity })}
          about={t('removeKeyAbout')}
          action={t('remove')}
          dangerous
        />
      )}
    </Section>
  )
}

/** Asks for whom the key is, then shows it this once. */
function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const [identity, setIdentity] = useState('')
  const [user, setUser] = useState('')
  const add = useMutation({
    mutationFn: () => api.listeners.addKey({ identity: identity.trim(), user }),
    onSuccess: refresh,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  if (add.data)
    return (
      <Dialog
        open
        onClose={onClose}
        title={t('keyTitle')}
        about={t('keyOnce')}
        actions={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <div className={page.form}>
          <div className={styles.labelled}>
            <span>{t('identity')}</span>
            <CopyField text={add.data.identity} />
          </div>
          <div className={styles.labelled}>
            <span>{t('keyTitle')}</span>
            <CopyField text={add.data.key} />
          </div>
        </div>
      </Dialog>
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('addKey')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={add.isPending}
            disabled={!/^[\w.-]{1,64}$/.test(identity.trim()) || user === ''}
          >
            {t('add')}
          </Button>
        </>
      }
    >
      <form id={formId} className={page.form} onSubmit={submit} noValidate>
        <Field label={t('identity')} hint={t('identityHint')}>
          {(control) => (
            <TextField {...control} value={identity} onChange={setIdentity} maxLength={64} mono autoFocus />
          )}
        </Field>
        <UserField value={user} onChange={setUser} />
        {add.error && <FormError text={errorText(add.error)} />}
      </form>
    </Dialog>
  )
}
