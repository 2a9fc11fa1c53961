import { useMutation } from '@tanstack/react-query'
import { type ChangeEvent, useRef, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient } from '../../../api/queries.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { Textarea } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import { listenerTexts } from './texts.ts'

/** Takes a certificate and its key, pasted or from files. */
export function OwnCertificateDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
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
    <FormDialog
      onClose={onClose}
      onSubmit={save.mutate}
      title={t('ownTitle')}
      about={t('ownAbout')}
      width={560}
      action={t('use')}
      busy={save.isPending}
      disabled={cert === '' || key === ''}
      error={save.error}
    >
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
    </FormDialog>
  )
}
