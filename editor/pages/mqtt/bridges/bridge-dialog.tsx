import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useConnections } from '../../../api/queries.ts'
import type { Bridge, BridgeDraft } from '../../../api/types.ts'
import { ConnectionDialog } from '../../../forms/connection-dialog.tsx'
import { errorText, problemText } from '../../../i18n/error-text.ts'
import { useNodeTexts } from '../../../i18n/node-texts.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import styles from './bridges.module.css'
import { MapsField, newMap } from './maps-field.tsx'
import { bridgeTexts } from './texts.ts'

const empty: BridgeDraft = {
  ...{ name: '', enabled: true, connection: '', maps: [newMap], clientId: '', statusTopic: '' },
}

interface BridgeDialogProps {
  /** The one to change; a new one otherwise. */
  readonly bridge: Bridge | undefined
  readonly onClose: () => void
}

/** Adds a bridge, or changes one; before, it can be tried. */
export function BridgeDialog({ bridge, onClose }: BridgeDialogProps) {
  const t = useText(bridgeTexts)
  const { id, state: _, ...standing }: Partial<Pick<Bridge, 'id' | 'state'>> & BridgeDraft = bridge ?? empty
  const [draft, setDraft] = useState<BridgeDraft>(standing)
  const set = (change: Partial<BridgeDraft>) => {
    setDraft((before) => ({ ...before, ...change }))
    attempt.reset()
  }
  const attempt = useMutation({ mutationFn: () => api.bridges.try(draft) })
  const save = useMutation({
    mutationFn: () => (id === undefined ? api.bridges.add(draft) : api.bridges.change(id, draft)),
    onSuccess: () => {
      notify.ok(t('saved', { name: draft.name.trim() }))
      onClose()
      return queryClient.invalidateQueries({ queryKey: keys.bridges })
    },
  })
  const isComplete = draft.name.trim() !== '' && draft.connection !== ''
  const error = save.error ?? attempt.error

  return (
    <FormDialog
      onClose={onClose}
      onSubmit={save.mutate}
      title={bridge ? t('editTitle') : t('newTitle')}
      about={t('formAbout')}
      width={720}
      action={t('save')}
      busy={save.isPending}
      disabled={!isComplete}
      more={
        <Button
          icon="plug"
          busy={attempt.isPending}
          disabled={!isComplete}
          onClick={() => {
            save.reset()
            attempt.mutate()
          }}
        >
          {t('try')}
        </Button>
      }
    >
      <Field label={t('name')} hint={t('nameHint', { name: draft.name.trim() || '…' })}>
        {(control) => (
          <TextField {...control} value={draft.name} onChange={(name) => set({ name })} maxLength={60} />
        )}
      </Field>
      <ConnectionField value={draft.connection} onChange={(connection) => set({ connection })} />
      <MapsField maps={draft.maps} onChange={(maps) => set({ maps })} />
      <Field label={t('clientId')} hint={t('clientIdHint')}>
        {(control) => (
          <TextField {...control} mono value={draft.clientId} onChange={(clientId) => set({ clientId })} />
        )}
      </Field>
      <Field label={t('statusTopic')} hint={t('statusTopicHint')}>
        {(control) => (
          <TextField
            {...control}
            mono
            value={draft.statusTopic}
            onChange={(statusTopic) => set({ statusTopic })}
          />
        )}
      </Field>
      {(error || attempt.data) && (
        <div ref={bringIntoView}>
          {error && <FormError text={errorText(error)} />}
          {attempt.data?.problem && <FormError text={problemText(attempt.data.problem)} />}
          {attempt.data && !attempt.data.problem && (
            <p className={styles.answer} role="status">
              <Icon name="circle-check" />
              {t('tried', { version: attempt.data.version })}
            </p>
          )}
        </div>
      )}
    </FormDialog>
  )
}

/** The answer stands at the end of a form that is longer than its dialog. */
const bringIntoView = (answer: HTMLElement | null) => answer?.scrollIntoView({ block: 'nearest' })

interface ConnectionFieldProps {
  readonly value: string
  readonly onChange: (connection: string) => void
}

/** One of the connections to brokers, or a new one. */
function ConnectionField({ value, onChange }: ConnectionFieldProps) {
  const t = useText(bridgeTexts)
  const words = useNodeTexts()
  const { data: connections = [] } = useConnections()
  const [isAdding, setAdding] = useState(false)
  const brokers = connections.filter(
    ({ type, id }) => type === mqttBroker.type && id !== mqttBroker.builtIn?.id,
  )
  return (
    <>
      <Field label={t('connection')} hint={t('connectionHint')}>
        {(control) => (
          <div className={styles.connection}>
            <Select
              {...control}
              value={value || undefined}
              onChange={onChange}
              options={brokers.map(({ id, name }) => ({ value: id, label: name || id }))}
            />
            <Button icon="plus" onClick={() => setAdding(true)}>
              {t('newConnection')}
            </Button>
          </div>
        )}
      </Field>
      {isAdding && (
        <ConnectionDialog
          definition={mqttBroker}
          existing={undefined}
          suggestedName={words.title(mqttBroker)}
          onSaved={(id) => {
            onChange(id)
            setAdding(false)
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  )
}
