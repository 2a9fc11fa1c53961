import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useDeviceCertificates } from '../../../api/queries.ts'
import type { NewDeviceCertificate } from '../../../api/types.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { CredentialsSection } from '../../credentials-section.tsx'
import { download } from '../../flows/flow-actions.ts'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { UserField } from './user-field.tsx'

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.deviceCertificates })

/** Certificates that the house has made for devices. */
export function DeviceCertificatesSection() {
  const t = useText(listenerTexts)
  const language = useLanguage()
  return (
    <CredentialsSection
      id="certificates"
      title={t('certificates')}
      about={t('certificatesAbout')}
      icon="shield-check"
      list={useDeviceCertificates()}
      describe={({ serial, name, user, validUntil }) => ({
        id: serial,
        name: name || user,
        about: t('certificateOf', { user, date: formatDate(validUntil, language) }),
        question: t('revokeTitle'),
        remove: () => api.listeners.removeCertificate(serial),
        removed: t('revoked'),
      })}
      none={t('noCertificates')}
      add={t('addCertificate')}
      addDialog={(close) => <CertificateDialog onClose={close} />}
      removal={{ action: t('revoke'), about: t('revokeAbout') }}
      refresh={refresh}
    />
  )
}

/** Asks for whom the certificate is, then gives it this once. */
function CertificateDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(listenerTexts)
  const [user, setUser] = useState('')
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => api.listeners.addCertificate({ user, name: name.trim() }),
    onSuccess: refresh,
  })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={make.mutate}
      title={t('addCertificate')}
      action={t('make')}
      busy={make.isPending}
      disabled={user === ''}
      error={make.error}
      outcome={
        make.data && {
          title: t('certificateTitle'),
          about: t('certificateOnce'),
          content: <NewCertificate made={make.data} />,
        }
      }
    >
      <UserField value={user} onChange={setUser} />
      <Field label={t('forWhat')}>
        {(control) => <TextField {...control} value={name} onChange={setName} maxLength={100} />}
      </Field>
    </FormDialog>
  )
}

function NewCertificate({ made: { user, cert, key } }: { readonly made: NewDeviceCertificate }) {
  const t = useText(listenerTexts)
  return (
    <div className={styles.actions}>
      <Button icon="download" onClick={() => download(`${user}.pem`, cert)}>
        {t('certFile')}
      </Button>
      <Button icon="download" onClick={() => download(`${user}-key.pem`, key)}>
        {t('keyFile')}
      </Button>
    </div>
  )
}
