import { type ReactNode, useMemo } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { ERROR_PORT, type Port } from '#kit/kinds.ts'
import { canvasTexts } from '../canvas/texts.ts'
import { changeOutputs } from '../document/commands/outputs.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'
import { BesideCode } from '../forms/beside-code.ts'
import { ConfigForm } from '../forms/config-form.tsx'
import { SeenContext } from '../forms/seen-messages.ts'
import { problemText } from '../i18n/error-text.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { LockedField } from '../people/locked-field.tsx'
import { TryTab } from '../try/parts.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { TextField } from '../ui/text-field.tsx'
import { DisabledNotice } from './disabling.tsx'
import { useDocument, useFlow } from './flow-context.ts'
import styles from './inspector.module.css'
import { selectedTexts } from './selected-texts.ts'
import { PlaceSettings } from './structure/place-settings.tsx'
import { useSeenMessages } from './use-seen-messages.ts'

/** Everything one can set about a node. */
export function NodeSettings({ node }: { readonly node: FlowNode }) {
  const t = useText(selectedTexts)
  const texts = useNodeTexts()
  const { document, catalogue, problems, whereabouts } = useFlow()
  const scope = useDocument((state) => state.scope)
  const definition = catalogue.nodes.get(node.type)
  const own = problems.filter((problem) => problem.node === node.id && problem.in === document.scope)
  const seen = useSeenMessages(node.id)
  const type = (field: string) => whereabouts.type(nodeField(scope, node.id, field))
  const Locked = useMemo(() => lockedIn(scope, node.id), [scope, node.id])
  return (
    // Leaving a field ends the burst of typing in it.
    <fieldset
      className={styles.content}
      disabled={document.isReadOnly}
      onBlur={() => {
        document.seal()
        whereabouts.leave()
      }}
    >
      <DisabledNotice node={node.id} />
      <ProblemNotes problems={own.filter((problem) => !definition || problem.field === undefined)} />
      <Locked field="name of the node">
        <Field label={t('nodeName')}>
          {(control) => (
            <TextField
              {...control}
              value={node.name ?? ''}
              maxLength={200}
              placeholder={definition ? texts.title(definition) : node.type}
              onChange={(name) => {
                type('name of the node')
                document.rename(node.id, name)
              }}
            />
          )}
        </Field>
      </Locked>
      {definition ? (
        <SeenContext value={seen}>
          <BesideCode value={document.isReadOnly ? undefined : <TryTab node={node} isRehearsed />}>
            <ConfigForm
              definition={definition}
              config={node.config}
              problems={own}
              around={Locked}
              onChange={(field, value) => {
                type(field)
                document.configure(node.id, { [field]: value })
              }}
              onChangeMany={(fields) => document.configure(node.id, fields)}
              onChangeList={(field, value, move, listed) => {
                const outputs = (config: FlowNode['config']) =>
                  shapeNode(catalogue, { ...node, config }, noWires)
                    .outputs.map(({ id }) => id)
                    .filter((id) => id !== ERROR_PORT)
                changeOutputs(document, node.id, {
                  fields: { fields: { [field]: value } },
                  before: outputs(node.config),
                  after: outputs({ ...node.config, [field]: value }),
                  ...{ move, listed },
                })
              }}
            />
          </BesideCode>
        </SeenContext>
      ) : (
        <>
          <p>{t('unknownAbout', { type: node.type })}</p>
          <pre className={styles.raw}>{JSON.stringify(node.config, undefined, 2)}</pre>
        </>
      )}
      <PlaceSettings node={node} />
      <Ports node={node} />
      <p className={styles.id}>
        {t('nodeId')} <code>{node.id}</code>
      </p>
    </fieldset>
  )
}

/** What a field of a node is called for everybody who has the flow open. */
const nodeField = (scope: string | undefined, node: string, field: string): string =>
  ['node', scope ?? '', node, field].join(' ')

/** Around the fields of a node: who types in one keeps others out of it. */
const lockedIn =
  (scope: string | undefined, node: string) =>
  ({ field, children }: { readonly field: string; readonly children: ReactNode }) => (
    <LockedField field={nodeField(scope, node, field)}>{children}</LockedField>
  )

function ProblemNotes({ problems }: { readonly problems: readonly Parameters<typeof problemText>[0][] }) {
  if (problems.length === 0) return null
  return (
    <ul className={styles.problems}>
      {problems.map((problem) => (
        <li key={problem.code + problem.message}>
          <Icon name="circle-alert" size={14} />
          <span>{problemText(problem)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The ports with what they carry, for those who cannot tell by form and colour. */
function Ports({ node }: { readonly node: FlowNode }) {
  const t = useText(selectedTexts)
  const kinds = useText(canvasTexts)
  const texts = useNodeTexts()
  const { catalogue } = useFlow()
  const { definition, inputs, outputs } = shapeNode(catalogue, node, noWires)
  if (!definition) return null
  const named = outputs.filter(({ id }) => id !== ERROR_PORT)
  const line = (side: 'portIn' | 'portOut', id: string, port: Port) => (
    <li key={`${side} ${id}`} data-kind={port.kind}>
      <span className={styles.side}>{t(side)}</span>
      <i aria-hidden="true" />
      <span>{texts.port(definition, id, port) || kinds(`kind.${port.kind}`)}</span>
      <span className={styles.kind}>
        {texts.port(definition, id, port) && kinds(`kind.${port.kind}`)}
        {port.unit && ` ${t('inUnit', { unit: port.unit })}`}
      </span>
    </li>
  )
  return (
    <section className={styles.ports}>
      <h3>{t('ports')}</h3>
      <ul>
        {inputs.map(({ id, port }) => line('portIn', id, port))}
        {named.map(({ id, port }) => line('portOut', id, port))}
      </ul>
    </section>
  )
}
