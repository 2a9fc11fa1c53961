import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { connectionDefinitions } from '#nodes/definitions.ts'
import { api } from '../../api/api.ts'
import { keys, queryClient, useDiscover } from '../../api/queries.ts'
import type { StoredConnection } from '../../api/types.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useNodeTexts } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormError } from '../../ui/form-error.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { notify } from '../../ui/toast.tsx'
import page from '../page.module.css'
import { pageTexts } from '../texts.ts'
import { connectionTexts } from './texts.ts'

interface ConnectionRowProps {
  readonly connection: StoredConnection
  /** Missing for who may only look. */
  readonly onEdit: (() => void) | undefined
}

/** One connection of the list. */
export function ConnectionRow({ connection, onEdit }: ConnectionRowProps) {
  const t = useText(connectionTexts)
  const common = useText(pageTexts)
  const words = useNodeTexts()
  const [asked, setAsked] = useState<'delete' | 'look'>()
  const definition = connectionDefinitions.find((each) => each.type === connection.type)
  const name = connection.name || connection.id
  const close = () => setAsked(undefined)

  // what is said here is said as well when the row is gone before the answer has come
  const remove = useMutation({
    mutationFn: () => api.connections.remove(connection.id),
    onSuccess: () => {
      notify.ok(t('deleted', { name }))
      return queryClient.invalidateQueries({ queryKey: keys.connections })
    },
    onError: (error) => notify.error(errorText(error)),
    onSettled: close,
  })

  return (
    <li className={page.row}>
      <span className={page.rowIcon}>
        <Icon name={definition?.icon ?? 'unplug'} size={18} />
      </span>
      <div className={page.rowMain}>
        <span className={page.rowTitle}>{name}</span>
        <span className={page.rowAbout}>
          {definition
            ? [words.title(definition), captionOf(connection)].filter(Boolean).join(' · ')
            : t('unknownType', { type: connection.type })}
        </span>
      </div>
      {onEdit && (
        <>
          <IconButton icon="pencil" label={common('edit')} disabled={!definition} onClick={onEdit} />
          <Menu
            items={[
              {
                label: t('look'),
                icon: 'scan-search',
                disabled: !definition,
                onSelect: () => setAsked('look'),
              },
              {
                label: common('delete'),
                icon: 'trash-2',
                separator: true,
                dangerous: true,
                onSelect: () => setAsked('delete'),
              },
            ]}
          >
            <IconButton icon="ellipsis-vertical" label={t('actions', { name })} />
          </Menu>
        </>
      )}
      {asked === 'look' && <SeenDialog connection={connection} name={name} onClose={close} />}
      <ConfirmDialog
        open={asked === 'delete'}
        onClose={close}
        onConfirm={remove.mutate}
        busy={remove.isPending}
        title={t('deleteTitle', { name })}
        about={t('deleteAbout')}
        action={common('delete')}
        dangerous
      />
    </li>
  )
}

function captionOf({ type, config }: StoredConnection): string {
  const definition = connectionDefinitions.find((each) => each.type === type)
  const parsed = definition?.config.safeParse(config)
  return parsed?.success ? (definition?.caption?.(parsed.data) ?? '') : ''
}

interface SeenDialogProps {
  readonly connection: StoredConnection
  readonly name: string
  readonly onClose: () => void
}

/** Asks the connection now: it shows both that it works and what is there. */
function SeenDialog({ connection, name, onClose }: SeenDialogProps) {
  const t = useText(connectionTexts)
  const seen = useDiscover(connection.id, true)
  return (
    <Dialog open onClose={onClose} title={t('lookTitle', { name })}>
      {seen.isFetching && (
        <p className={page.lead}>
          <Spinner size={16} /> {t('looking')}
        </p>
      )}
      {!seen.isFetching && seen.error && <FormError text={errorText(seen.error)} />}
      {!seen.isFetching && seen.data?.length === 0 && <p className={page.lead}>{t('nothingSeen')}</p>}
      <ul className={`${page.card} ${page.rows}`} hidden={!seen.data?.length}>
        {seen.data?.map((thing) => (
          <li key={`${thing.label} ${JSON.stringify(thing.fields)}`} className={page.row}>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{thing.label}</span>
              <span className={page.rowAbout}>{Object.values(thing.fields).join(' · ')}</span>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
