import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useClientIds } from '../../../api/queries.ts'
import type { ClientIdOwner } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { formatDate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import styles from './access.module.css'
import { accessTexts } from './texts.ts'

const SHOWN = 50
/** From so many on, a search is of use. */
const SEARCHED = 10

/** Whose each client id is. */
export function ClientIdsSection() {
  const t = useText(accessTexts)
  const common = useText(pageTexts)
  const { data: owners, error, isPending, refetch } = useClientIds()
  const [search, setSearch] = useState('')
  const [asked, setAsked] = useState<ClientIdOwner>()
  const release = useMutation({
    mutationFn: ({ clientId }: ClientIdOwner) => api.access.releaseClientId(clientId),
    onSuccess: (_nothing, { clientId }) => notify.ok(t('released', { client: clientId })),
    onError: (failure) => notify.error(errorText(failure)),
    onSettled: () => {
      setAsked(undefined)
      return queryClient.invalidateQueries({ queryKey: keys.clientIds })
    },
  })
  const found = (owners ?? []).filter(({ clientId, user }) =>
    `${clientId} ${user}`.toLowerCase().includes(search.toLowerCase()),
  )
  return (
    <Section id="client-ids" title={t('clientIds')} about={t('clientIdsAbout')}>
      {error && <Failed error={error} retry={refetch} />}
      {isPending && <Spinner label={common('loading')} />}
      {(owners?.length ?? 0) > SEARCHED && (
        <Field label={t('findClientId')} labelHidden>
          {(control) => (
            <TextField
              {...control}
              type="search"
              placeholder={t('findClientId')}
              value={search}
              onChange={setSearch}
            />
          )}
        </Field>
      )}
      <ul className={`${page.card} ${page.rows}`} hidden={!owners}>
        {found.length === 0 && (
          <li className={`${page.padded} ${styles.quiet}`}>
            {t(search === '' ? 'noClientIds' : 'nothingFound')}
          </li>
        )}
        {found
          .toReversed()
          .slice(0, SHOWN)
          .map((owner) => (
            <ClientIdRow key={owner.clientId} owner={owner} onRelease={() => setAsked(owner)} />
          ))}
      </ul>
      {found.length > SHOWN && <p className={styles.quiet}>{t('notAllShown', { count: SHOWN })}</p>}
      {asked && (
        <ConfirmDialog
          open
          onClose={() => setAsked(undefined)}
          onConfirm={() => release.mutate(asked)}
          busy={release.isPending}
          title={t('releaseTitle', { client: asked.clientId })}
          about={t('releaseAbout')}
          action={t('release')}
        />
      )}
    </Section>
  )
}

function ClientIdRow({
  owner: { clientId, user, since },
  onRelease,
}: {
  readonly owner: ClientIdOwner
  readonly onRelease: () => void
}) {
  const t = useText(accessTexts)
  const language = useLanguage()
  return (
    <li className={page.row}>
      <div className={page.rowMain}>
        <code className={`${page.rowTitle} ${styles.clientId}`}>{clientId}</code>
        <span className={page.rowAbout}>{t('boundSince', { user, date: formatDate(since, language) })}</span>
      </div>
      <Button onClick={onRelease} aria-label={`${t('release')}: ${clientId}`}>
        {t('release')}
      </Button>
    </li>
  )
}
