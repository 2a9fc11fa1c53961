import { useMutation } from '@tanstack/react-query'
import { type ChangeEvent, type FormEvent, useId, useRef, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient } from '../../../api/queries.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Textarea } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { pageTexts } from '../../texts.ts'
import { listenerTexts } from './texts.ts'

/** Takes a certificate and its key, pasted or from files. */
export function OwnCertificateDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [cert, setCert] = useState('')
  const [key, setKey] = useState('')
  const save = useMutation({
    mutationFn: () => api.listeners.setOwn({ cert, key }),
    onSuccess: (listeners) => {
      queryClient.setQueryData(keys.listeners, listeners)
      notify.ok(t('ownSet'))
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  /** Each file goes where it belongs, by what is in it. */
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const texts = await Promise.all(Array.from(target.files ?? [], (file) => file.text()))
    const isKey = (text: string) => text.includes('PRIVATE KEY')
    const [keyText, certText] = [texts.find(isKey), texts.find((text) => text.includes('BEGIN CERTIFICATE'))]
    if (keyText !== undefined) setKey(keyText)
    if (certText !== undefined) setCert(certText)
    target.value = ''
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('ownTitle')}
      about={t('ownAbout')}
      width={560}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={save.isPending}
            disabled={cert === '' || key === ''}
          >
            {t('use')}
          </Button>
        </>
      }
    >
      <form id={formId} className={page.form} onSubmit={submit} noValidate>
        <div>
          <Button icon="file-up" onClick={() => input.current?.click()}>
            {t('fromFiles')}
          </Button>
          <input ref={input} type="file" multiple hidden onChange={(event) => void read(event)} />
        </div>
        <Field label={t('certPem')}>
          {(control) => <Textarea {...control} value={cert} onChange={setCert} mono short />}
        </Field>
        <Field label={t('keyPem')}>
          {(control) => <Textarea {...control} value={key} onChange={setKey} mono short />}
        </Field>
        {save.error && <FormError text={errorText(save.error)} />}
      </form>
    </Dialog>
  )
}
