import { useState } from 'react'
import { connectionDefinitions } from '#nodes/definitions.ts'
import type { ConnectionPreview } from '../../../api/types.ts'
import { readFields } from '../../../forms/read-fields.ts'
import { useNodeTexts } from '../../../i18n/node-texts.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { PasswordField } from '../../../ui/text-field.tsx'
import { carryOut, choose, closeImport, useImport } from '../import-flows.ts'
import styles from './import.module.css'
import { choicesFor, connectionsOf, type PlannedFlow, type TypedSecrets } from './import-plan.ts'
import { importTexts } from './texts.ts'

/** What chosen files would bring: flows, connections, and the secrets that no file holds. */
export function ImportPlanDialog({ plan }: { readonly plan: readonly PlannedFlow[] }) {
  const t = useText(importTexts)
  const isBusy = useImport((state) => state.isBusy)
  const [typed, setTyped] = useState<TypedSecrets>({})
  const connections = connectionsOf(plan)
  const taken = plan.filter(({ choice }) => choice !== 'skip')
  const type = (id: string, field: string, value: string) =>
    setTyped({ ...typed, [id]: { ...typed[id], [field]: value } })
  return (
    <FormDialog
      onClose={closeImport}
      onSubmit={() => void carryOut(typed)}
      title={t('title')}
      about={t('about')}
      width={600}
      action={t('import')}
      busy={isBusy}
      disabled={taken.length === 0}
    >
      <ul className={styles.flows}>
        {plan.map((flow, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may hold the same flow; the list never changes its order
          <PlannedLine key={`${index} ${flow.flow.id}`} planned={flow} index={index} />
        ))}
      </ul>
      {taken.some(({ isOurs }) => !isOurs) && (
        <p className={styles.note}>
          <Icon name="shield-alert" size={16} />
          <span>{t('untrusted')}</span>
        </p>
      )}
      {connections.length > 0 && <Connections connections={connections} />}
      <Secrets connections={connections} typed={typed} onType={type} />
      {taken.length === 0 && <p role="status">{t('noneLeft')}</p>}
    </FormDialog>
  )
}

function PlannedLine({ planned, index }: { readonly planned: PlannedFlow; readonly index: number }) {
  const t = useText(importTexts)
  const { flow, stands, unknownTypes, problems, isOurs, choice } = planned
  return (
    <li>
      <div className={styles.head}>
        <div>
          <strong>{flow.name}</strong>
          <span>{t('nodes', { count: flow.nodes.length })}</span>
        </div>
        <Segmented
          aria-label={t('what', { name: flow.name })}
          value={choice}
          onChange={(next) => choose(index, next)}
          options={choicesFor(planned).map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {flow.description && <p className={styles.about}>{flow.description}</p>}
      {stands && (
        <p>
          {t('stands', { id: flow.id })} {choice === 'replace' && t('replaceAbout')}
        </p>
      )}
      {unknownTypes.length > 0 && <p>{t('unknown', { types: unknownTypes.join(', ') })}</p>}
      <span className={styles.badges}>
        {isOurs && <Badge icon="check">{t('ours')}</Badge>}
        {problems.length > 0 && (
          <Badge tone="warn" icon="triangle-alert">
            {t('problems', { count: problems.length })}
          </Badge>
        )}
      </span>
    </li>
  )
}

const becomes = {
  standing: 'standing',
  new: 'newConnection',
  taken: 'taken',
  unknown: 'unknownConnection',
} as const

function Connections({ connections }: { readonly connections: readonly ConnectionPreview[] }) {
  const t = useText(importTexts)
  return (
    <section>
      <h3>{t('connections')}</h3>
      <ul className={styles.connections}>
        {connections.map((connection) => (
          <li key={connection.id}>
            <strong>{connection.name || connection.id}</strong> {t(becomes[connection.becomes])}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface SecretsProps {
  readonly connections: readonly ConnectionPreview[]
  readonly typed: TypedSecrets
  readonly onType: (connection: string, field: string, value: string) => void
}

function Secrets({ connections, typed, onType }: SecretsProps) {
  const t = useText(importTexts)
  const asked = connections.filter(({ secrets }) => secrets.length > 0)
  if (asked.length === 0) return null
  return (
    <section className={styles.secrets}>
      <h3>{t('secrets')}</h3>
      <p>{t('secretsAbout')}</p>
      {asked.map((connection) =>
        connection.secrets.map((field) => (
          <SecretField
            key={`${connection.id} ${field}`}
            connection={connection}
            field={field}
            value={typed[connection.id]?.[field] ?? ''}
            onChange={(value) => onType(connection.id, field, value)}
          />
        )),
      )}
    </section>
  )
}

interface SecretFieldProps {
  readonly connection: ConnectionPreview
  readonly field: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function SecretField({ connection, field, value, onChange }: SecretFieldProps) {
  const t = useText(importTexts)
  const words = useNodeTexts()
  const { type, name, id, sentTo } = connection
  const definition = connectionDefinitions.find((each) => each.type === type)
  const meta = definition && readFields(definition.config).find((each) => each.name === field)?.meta
  const title = definition && meta ? words.field(definition, [field], meta).title : field
  return (
    <Field
      label={`${name || id}: ${title}`}
      hint={sentTo.length > 0 ? t('sentTo', { to: sentTo.join(', ') }) : undefined}
    >
      {(control) => <PasswordField {...control} autoComplete="off" value={value} onChange={onChange} />}
    </Field>
  )
}
