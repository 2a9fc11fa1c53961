import { useState } from 'react'
import type { ConnectionDefinition } from '#kit/define-connection.ts'
import { ApiError } from '../api/api-error.ts'
import { freeName, newId } from '../api/new-id.ts'
import { useConnections, useSaveConnection } from '../api/queries.ts'
import type { StoredConnection } from '../api/types.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Field } from '../ui/field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { notify } from '../ui/toast.tsx'
import { ConfigForm } from './config-form.tsx'
import { formTexts } from './texts.ts'

interface ConnectionDialogProps {
  // biome-ignore lint/suspicious/noExplicitAny: a list of connection types has no common config
  readonly definition: ConnectionDefinition<any, any>
  /** The one to edit; a new one otherwise. */
  readonly existing: StoredConnection | undefined
  readonly suggestedName: string
  readonly onSaved: (id: string) => void
  readonly onClose: () => void
}

/** Adds a connection, or changes one. What is typed as a secret goes to the server and never comes back. */
export function ConnectionDialog(props: ConnectionDialogProps) {
  const { definition, existing, suggestedName, onSaved, onClose } = props
  const t = useText(formTexts)
  const words = useNodeTexts()
  const { data: all = [] } = useConnections()
  const [name, setName] = useState(
    existing?.name ??
      freeName(
        suggestedName,
        all.map((each) => each.name),
      ),
  )
  const [config, setConfig] = useState<Readonly<Record<string, unknown>>>(existing?.config ?? {})
  const save = useSaveConnection()
  const problems = save.error instanceof ApiError ? save.error.problems : []

  const submit = () => {
    const id =
      existing?.id ??
      newId(
        name,
        all.map((each) => each.id),
        'connection',
      )
    save.mutate(
      { id, draft: { type: definition.type, name: name.trim(), config } },
      {
        onSuccess: () => {
          notify.ok(t('saved', { name: name.trim() }))
          onSaved(id)
        },
      },
    )
  }

  return (
    <FormDialog
      onClose={onClose}
      onSubmit={submit}
      title={existing ? t('editTitle') : t('addTitle', { type: words.title(definition) })}
      about={words.summary(definition)}
      width={480}
      action={t('save')}
      busy={save.isPending}
      disabled={name.trim() === ''}
      error={problems.some((problem) => problem.field !== undefined) ? null : save.error}
    >
      <Field label={t('name')} hint={t('nameHint')}>
        {(control) => <TextField {...control} value={name} onChange={setName} maxLength={200} />}
      </Field>
      <ConfigForm
        definition={definition}
        config={config}
        problems={problems}
        secretsSet={existing?.secretsSet ?? []}
        onChange={(field, value) => setConfig((before) => changed(before, field, value))}
      />
    </FormDialog>
  )
}

function changed(config: Readonly<Record<string, unknown>>, field: string, value: unknown) {
  const { [field]: _before, ...rest } = config
  return value === undefined ? rest : { ...rest, [field]: value }
}
