import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient } from '../../../api/queries.ts'
import type { Listeners } from '../../../api/types.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { CA_FILE } from './ca-file.ts'
import styles from './listeners.module.css'
import { OwnCertificateDialog } from './own-certificate-dialog.tsx'
import { listenerTexts } from './texts.ts'
import { useListenerChange } from './use-listener-change.ts'

type Tls = NonNullable<Listeners['tls']>

/** What the house shows to who connects with TLS. */
export function CertificateSection({ tls }: { readonly tls: Tls }) {
  const t = useText(listenerTexts)
  const language = useLanguage()
  const { source, certificate, authority, renewsAt } = tls
  const date = (at: number) => formatDate(at, language)
  const abouts = {
    house: t('certificateHouse', { date: date(renewsAt ?? certificate.until) }),
    upload: t('certificateUpload'),
    files: t('certificateFiles'),
  }
  return (
    <Section id="certificate" title={t('certificate')} about={abouts[source]}>
      <div className={`${page.card} ${page.padded} ${page.form}`}>
        <dl className={styles.facts}>
          <dt>{t('validUntil')}</dt>
          <dd>{date(certificate.until)}</dd>
          <dt>{t('goodFor')}</dt>
          <dd>{certificate.names.join(', ')}</dd>
          <dt>{t('fingerprint')}</dt>
          <dd className={page.mono}>{certificate.fingerprint}</dd>
          {source === 'house' ? (
            <>
              <dt>{t('authority')}</dt>
              <dd>
                {t('authorityUntil', { subject: nameOf(authority.subject), date: date(authority.until) })}
              </dd>
            </>
          ) : (
            <>
              <dt>{t('issuer')}</dt>
              <dd>{certificate.issuer.replaceAll('\n', ', ')}</dd>
            </>
          )}
        </dl>
        {source !== 'files' && <Actions source={source} />}
      </div>
    </Section>
  )
}

function Actions({ source }: { readonly source: Tls['source'] }) {
  const t = useText(listenerTexts)
  const [asked, setAsked] = useState<'own' | 'authority'>()
  const renew = useListenerChange(api.listeners.renew, (authority) =>
    authority ? t('newAuthorityDone') : t('renewed'),
  )
  const drop = useListenerChange(api.listeners.dropOwn, () => t('dropped'))
  const renewAuthority = () =>
    renew.mutate(true, {
      onSettled: () => {
        setAsked(undefined)
        return queryClient.invalidateQueries({ queryKey: keys.deviceCertificates })
      },
    })
  return (
    <div className={styles.actions}>
      {source === 'house' ? (
        <>
          <Button icon="refresh-cw" busy={renew.isPending} onClick={() => renew.mutate(false)}>
            {t('renew')}
          </Button>
          <Button icon="file-up" onClick={() => setAsked('own')}>
            {t('useOwn')}
          </Button>
          <Button icon="shield-alert" onClick={() => setAsked('authority')}>
            {t('newAuthority')}
          </Button>
        </>
      ) : (
        <>
          <Button icon="file-up" onClick={() => setAsked('own')}>
            {t('useOwn')}
          </Button>
          <Button icon="undo-2" busy={drop.isPending} onClick={() => drop.mutate(undefined)}>
            {t('dropOwn')}
          </Button>
        </>
      )}
      {asked === 'own' && <OwnCertificateDialog onClose={() => setAsked(undefined)} />}
      <ConfirmDialog
        open={asked === 'authority'}
        onClose={() => setAsked(undefined)}
        onConfirm={renewAuthority}
        busy={renew.isPending}
        title={t('newAuthorityTitle')}
        about={t('newAuthorityAbout', { file: CA_FILE })}
        action={t('newAuthority')}
        dangerous
      />
    </div>
  )
}

/** `CN=Wirehouse CA pi` → `Wirehouse CA pi` */
const nameOf = (subject: string): string => /CN=([^\n]+)/.exec(subject)?.[1] ?? subject
