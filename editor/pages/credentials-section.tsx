import { type UseQueryResult, useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { notify } from '../ui/toast.tsx'
import page from './page.module.css'
import { Section } from './section.tsx'
import { pageTexts } from './texts.ts'
import { Failed } from './unreachable.tsx'

/** One that was given out, as the list shows it and as it is taken back. */
interface Credential {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly question: string
  readonly remove: () => Promise<unknown>
  /** Said when it is gone. */
  readonly removed: string
}

interface CredentialsSectionProps<Item> {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly icon: string
  readonly list: UseQueryResult<readonly Item[]>
  readonly describe: (item: Item) => Credential
  /** Said where there are none. */
  readonly none: string
  /** On the button that opens the dialog for a new one. */
  readonly add: string
  readonly addDialog: (close: () => void) => ReactNode
  /** The verb of taking one back, and what that does. */
  readonly removal: { readonly action: string; readonly about: string }
  readonly refresh: () => Promise<unknown>
}

/** What was given out for others to prove themselves with: one more is made in a dialog, each can be taken back. */
export function CredentialsSection<Item>(props: CredentialsSectionProps<Item>) {
  const { id, title, about, icon, list, describe, none, add, addDialog, removal, refresh } = props
  const common = useText(pageTexts)
  const [asked, setAsked] = useState<'add' | Credential>()
  const close = () => setAsked(undefined)
  const remove = useMutation({
    mutationFn: (credential: Credential) => credential.remove(),
    onSuccess: (_nothing, { removed }) => notify.ok(removed),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      close()
      return refresh()
    },
  })
  return (
    <Section
      id={id}
      title={title}
      about={about}
      actions={
        <Button icon="plus" onClick={() => setAsked('add')}>
          {add}
        </Button>
      }
    >
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!list.data}>
        {list.data?.length === 0 && <li className={`${page.padded} ${page.aside}`}>{none}</li>}
        {list.data?.map(describe).map((credential) => (
          <li key={credential.id} className={page.row}>
            <span className={page.rowIcon}>
              <Icon name={icon} size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{credential.name}</span>
              <span className={page.rowAbout}>{credential.about}</span>
            </div>
            <IconButton icon="trash-2" label={removal.action} onClick={() => setAsked(credential)} />
          </li>
        ))}
      </ul>
      {asked === 'add' && addDialog(close)}
      {asked && asked !== 'add' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => remove.mutate(asked)}
          busy={remove.isPending}
          title={asked.question}
          {...removal}
          dangerous
        />
      )}
    </Section>
  )
}
