import { useState } from 'react'
import { connectionDefinitions } from '#nodes/definitions.ts'
import { useConnections } from '../api/queries.ts'
import type { StoredConnection } from '../api/types.ts'
import { builtInTitle, useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { Select, type SelectOption } from '../ui/select.tsx'
import { ConnectionDialog } from './connection-dialog.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { formTexts } from './texts.ts'

// No id has a space, so this can never be one.
const NEW = 'new connection'

/** Which standing connection the node uses; a new one is made without leaving the form. */
export function ConnectionControl({ control, field, value, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const words = useNodeTexts()
  const { data: all = [], isPending } = useConnections()
  const [edited, setEdited] = useState<StoredConnection | 'new'>()
  const definition = connectionDefinitions.find((each) => each.type === field.meta.connection)
  if (!definition) throw new Error(`unknown connection type ${field.meta.connection}`)

  const { builtIn } = definition
  const standing = all.filter((each) => each.type === definition.type && each.id !== builtIn?.id)
  const chosen = standing.find((each) => each.id === value)
  const isGone = typeof value === 'string' && value !== '' && !isPending && !chosen && value !== builtIn?.id
  const options: SelectOption[] = [
    ...(builtIn ? [{ value: builtIn.id, label: builtInTitle(definition), icon: definition.icon }] : []),
    ...standing.map(({ id, name }) => ({ value: id, label: name || id, icon: definition.icon })),
    ...(isGone ? [{ value: String(value), label: String(value), icon: 'unplug' }] : []),
    { value: NEW, label: t('newConnection'), icon: 'plus' },
  ]

  const pick = (id: string) => {
    if (id === NEW) return setEdited('new')
    onChange(id)
    onLeave()
  }

  return (
    <div className={styles.stack}>
      <div className={styles.withButton}>
        <Select
          {...control}
          {...(isGone && { 'aria-invalid': true })}
          value={typeof value === 'string' ? value : undefined}
          onChange={pick}
          options={options}
          placeholder={t('chooseConnection')}
        />
        <IconButton
          icon="pencil"
          label={t('editConnection')}
          disabled={!chosen}
          onClick={() => chosen && setEdited(chosen)}
        />
      </div>
      {isGone && <p className={styles.note}>{t('connectionGone')}</p>}
      {edited && (
        <ConnectionDialog
          definition={definition}
          existing={edited === 'new' ? undefined : edited}
          suggestedName={words.title(definition)}
          onClose={() => setEdited(undefined)}
          onSaved={(id) => {
            onChange(id)
            setEdited(undefined)
          }}
        />
      )}
    </div>
  )
}
