import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { connectionDefinitions } from '#nodes/definitions.ts'
import { useConnections, useMayEdit } from '../../api/queries.ts'
import type { StoredConnection } from '../../api/types.ts'
import { ConnectionDialog } from '../../forms/connection-dialog.tsx'
import { builtInTitle, useNodeTexts } from '../../i18n/node-texts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { Page } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { ConnectionRow } from './connection-row.tsx'
import { connectionTexts } from './texts.ts'

/** What nodes share: the built-in ones, and those that people added. */
export function ConnectionsPage() {
  const t = useText(connectionTexts)
  const common = useText(pageTexts)
  const words = useNodeTexts()
  const connections = useConnections()
  const mayEdit = useMayEdit()
  const [address, setAddress] = useSearchParams()
  const [opened, setOpened] = useState<StoredConnection | { readonly newOf: string }>()
  const builtIns = connectionDefinitions.filter((definition) => definition.builtIn)
  const builtInIds = new Set(builtIns.map((definition) => definition.builtIn?.id))
  const own = (connections.data ?? []).filter((connection) => !builtInIds.has(connection.id))
  // `?edit=broker` opens one, for who may.
  const asked = mayEdit ? own.find(({ id }) => id === address.get('edit')) : undefined
  const edited = opened ?? asked
  const close = () => {
    setOpened(undefined)
    if (address.has('edit')) setAddress({}, { replace: true })
  }
  const type = edited && ('newOf' in edited ? edited.newOf : edited.type)
  const definition = connectionDefinitions.find((each) => each.type === type)

  const addMenu = (
    <Menu
      items={connectionDefinitions.map((each) => ({
        label: words.title(each),
        icon: each.icon,
        onSelect: () => setOpened({ newOf: each.type }),
      }))}
    >
      <Button variant="primary" icon="plus">
        {t('add')}
      </Button>
    </Menu>
  )

  return (
    <Page title={t('title')} lead={t('lead')} actions={mayEdit && addMenu}>
      {connections.error && <Failed error={connections.error} retry={connections.refetch} />}
      {connections.isPending && <Spinner label={common('loading')} />}
      {connections.data && (
        <ul className={`${page.card} ${page.rows}`}>
          {builtIns.map((each) => (
            <li key={each.type} className={page.row}>
              <span className={page.rowIcon}>
                <Icon name={each.icon} size={18} />
              </span>
              <div className={page.rowMain}>
                <span className={page.rowTitle}>{builtInTitle(each)}</span>
                <span className={page.rowAbout}>{t('builtInAbout')}</span>
              </div>
              <span className={page.state}>
                <Badge>{t('builtIn')}</Badge>
              </span>
            </li>
          ))}
          {own.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              onEdit={mayEdit ? () => setOpened(connection) : undefined}
            />
          ))}
          {own.length === 0 && (
            <li>
              <EmptyState icon="plug" title={t('empty')} about={t('emptyAbout')} />
            </li>
          )}
        </ul>
      )}
      {edited && definition && (
        <ConnectionDialog
          definition={definition}
          existing={'newOf' in edited ? undefined : edited}
          suggestedName={words.title(definition)}
          onSaved={close}
          onClose={close}
        />
      )}
    </Page>
  )
}
