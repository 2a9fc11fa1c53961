import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useDeviceCertificates } from '../../../api/queries.ts'
import type { DeviceCertificate, NewDeviceCertificate } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import { download } from '../../flows/flow-actions.ts'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { UserField } from './user-field.tsx'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.deviceCertificates })

/** Certificates that the house has made for devices. */
export function DeviceCertificatesSection() {
  const t = useText(listenerTexts)
  const common = useText(pageTexts)
  const language = useLanguage()
  const list = useDeviceCertificates()
  const [asked, setAsked] = useState<'add' | DeviceCertificate>()
  const close = () => setAsked(undefined)
  const revoke = useMutation({
    mutationFn: ({ serial }: DeviceCertificate) => api.listeners.removeCertificate(serial),
    onSuccess: () => notify.ok(t('revoked')),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      close()
      return refresh()
    },
  })
  return (
    <Section
      id="certificates"
      title={t('certificates')}
      about={t('certificatesAbout')}
      actions={
        <Button icon="plus" onClick={() => setAsked('add')}>
          {t('addCertificate')}
        </Button>
      }
    >
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!list.data}>
        {list.data?.length === 0 && <li className={`${page.padded} ${page.aside}`}>{t('noCertificates')}</li>}
        {list.data?.map((certificate) => (
          <li key={certificate.serial} className={page.row}>
            <span className={page.rowIcon}>
              <Icon name="shield-check" size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{certificate.name || certificate.user}</span>
              <span className={page.rowAbout}>
                {t('certificateOf', {
                  user: certificate.user,
                  date: formatDate(certificate.validUntil, language),
                })}
              </span>
            </div>
            <IconButton icon="trash-2" label={t('revoke')} onClick={() => setAsked(certificate)} />
          </li>
        ))}
      </ul>
      {asked === 'add' && <CertificateDialog onClose={close} />}
      {asked && asked !== 'add' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => revoke.mutate(asked)}
          busy={revoke.isPending}
          title={t('revokeTitle')}
          about={t('revokeAbout')}
          action={t('revoke')}
          dangerous
        />
      )}
    </Section>
  )
}

/** Asks for whom the certificate is, then gives it this once. */
function CertificateDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
  const common = useText(pageTexts)
  const formId = useId()
  const [user, setUser] = useState('')
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => api.listeners.addCertificate({ user, name: name.trim() }),
    onSuccess: refresh,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  if (make.data) return <Made certificate={make.data} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('addCertificate')}
      width={420}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={make.isPending} disabled={user === ''}>
            {t('make')}
          </Button>
        </>
      }
    >
      <form id={formId} className={page.form} onSubmit={submit} noValidate>
        <UserField value={user} onChange={setUser} />
        <Field label={t('forWhat')}>
          {(control) => <TextField {...control} value={name} onChange={setName} maxLength={100} />}
        </Field>
        {make.error && <FormError text={errorText(make.error)} />}
      </form>
    </Dialog>
  )
}

interface MadeProps {
  readonly certificate: NewDeviceCertificate
  readonly onClose: () => void
}

function Made({ certificate: { user, cert, key }, onClose }: MadeProps) {
  const t = useText(listenerTexts)
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('certificateTitle')}
      about={t('certificateOnce')}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <div className={styles.actions}>
        <Button icon="download" onClick={() => download(`${user}.pem`, cert)}>
          {t('certFile')}
        </Button>
        <Button icon="download" onClick={() => download(`${user}-key.pem`, key)}>
          {t('keyFile')}
        </Button>
      </div>
    </Dialog>
  )
}
