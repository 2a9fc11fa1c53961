import { useEffect, useState } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { ERROR_PORT, type Port } from '#kit/kinds.ts'
import { onActivity } from '../api/live.ts'
import { canvasTexts } from '../canvas/texts.ts'
import { duplicate } from '../canvas/use-canvas-keys.ts'
import { sampleOf } from '../canvas/wire-samples.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'
import { ConfigForm } from '../forms/config-form.tsx'
import { problemText } from '../i18n/error-text.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Textarea, TextField } from '../ui/text-field.tsx'
import { EnvEditor } from './env-editor.tsx'
import { useDocument, useFlow, useNodeName } from './flow-context.ts'
import styles from './inspector.module.css'
import { MessageTrace } from './message-trace.tsx'
import { NodeHelp } from './node-help.tsx'
import { flowTexts } from './texts.ts'

/** What is selected, with everything one can set about it; the flow itself when nothing is. */
export function Inspector({ onGone }: { readonly onGone?: () => void }) {
  const selection = useDocument((state) => state.selection)
  const [node, ...more] = selection.nodes
  const [wire] = selection.wires
  if (node !== undefined && more.length === 0 && selection.wires.size === 0)
    return <OneNode key={node} id={node} onGone={onGone} />
  if (node !== undefined) return <ManyNodes count={more.length + 1} onGone={onGone} />
  if (wire !== undefined) return <OneWire key={wire} wire={wire} onGone={onGone} />
  return <AboutFlow />
}

function OneNode({ id, onGone }: { readonly id: string; readonly onGone?: (() => void) | undefined }) {
  const t = useText(flowTexts)
  const texts = useNodeTexts()
  const { document, catalogue } = useFlow()
  const node = useDocument((state) => state.byId.get(id))
  const [tab, setTab] = useState('settings')
  useEffect(() => () => document.seal(), [document])
  if (!node) return null
  const definition = catalogue.nodes.get(node.type)
  return (
    <div className={styles.inspector}>
      <header className={styles.head} data-family={definition?.group}>
        <Icon name={definition?.icon ?? 'puzzle'} size={20} />
        <h2>{definition ? texts.title(definition) : t('unknownTitle')}</h2>
        {!document.isReadOnly && (
          <>
            <IconButton icon="copy" label={t('duplicate')} onClick={() => duplicate(document)} />
            <IconButton
              icon="trash-2"
              label={t('deleteNode')}
              onClick={() => {
                document.remove({ nodes: new Set([id]), wires: new Set() })
                onGone?.()
              }}
            />
          </>
        )}
      </header>
      <div className={styles.tabs}>
        <Tabs
          label={t('inspector')}
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'settings', label: t('settings'), content: <Settings node={node} /> },
            {
              id: 'help',
              label: t('help'),
              content: (
                <div className={styles.content}>
                  <NodeHelp type={node.type} />
                </div>
              ),
            },
          ]}
        />
      </div>
    </div>
  )
}

function Settings({ node }: { readonly node: FlowNode }) {
  const t = useText(flowTexts)
  const texts = useNodeTexts()
  const { document, catalogue, problems } = useFlow()
  const definition = catalogue.nodes.get(node.type)
  const own = problems.filter((problem) => problem.node === node.id)
  return (
    // Leaving a field ends the burst of typing in it.
    <fieldset className={styles.content} disabled={document.isReadOnly} onBlur={() => document.seal()}>
      <ProblemNotes problems={own.filter((problem) => !definition || problem.field === undefined)} />
      <Field label={t('nodeName')}>
        {(control) => (
          <TextField
            {...control}
            value={node.name ?? ''}
            maxLength={200}
            placeholder={definition ? texts.title(definition) : node.type}
            onChange={(name) => document.rename(node.id, name)}
          />
        )}
      </Field>
      {definition ? (
        <ConfigForm
          definition={definition}
          config={node.config}
          problems={own}
          onChange={(field, value) => document.configure(node.id, { [field]: value })}
          onChangeMany={(fields) => document.configure(node.id, fields)}
        />
      ) : (
        <>
          <p>{t('unknownAbout', { type: node.type })}</p>
          <pre className={styles.raw}>{JSON.stringify(node.config, undefined, 2)}</pre>
        </>
      )}
      <Ports node={node} />
      <p className={styles.id}>
        {t('nodeId')} <code>{node.id}</code>
      </p>
    </fieldset>
  )
}

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
  const t = useText(flowTexts)
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

function ManyNodes({
  count,
  onGone,
}: {
  readonly count: number
  readonly onGone?: (() => void) | undefined
}) {
  const t = useText(flowTexts)
  const { document } = useFlow()
  return (
    <div className={styles.content}>
      <h2>{t('manySelected', { count })}</h2>
      <div className={styles.actions} hidden={document.isReadOnly}>
        <Button icon="copy" onClick={() => duplicate(document)}>
          {t('duplicate')}
        </Button>
        <Button
          icon="trash-2"
          onClick={() => {
            document.remove(document.selection)
            onGone?.()
          }}
        >
          {t('deleteNode')}
        </Button>
      </div>
    </div>
  )
}

function OneWire({ wire, onGone }: { readonly wire: string; readonly onGone?: (() => void) | undefined }) {
  const t = useText(flowTexts)
  const nameOf = useNodeName()
  const { document } = useFlow()
  const [from = '', to = ''] = wire.split(' ').map((end) => nameOf(end.split('.')[0] ?? ''))
  return (
    <div className={styles.content}>
      <h2>{t('wireSelected')}</h2>
      <p>{t('wireAbout', { from, to })}</p>
      <LastMessage wire={wire} />
      <MessageTrace wire={wire} />
      <div className={styles.actions} hidden={document.isReadOnly}>
        <Button
          icon="trash-2"
          onClick={() => {
            document.disconnect([wire])
            onGone?.()
          }}
        >
          {t('removeWire')}
        </Button>
      </div>
    </div>
  )
}

/** What went over a wire last, in short: what stands at the wire for a moment stays here. */
function LastMessage({ wire }: { readonly wire: string }) {
  const t = useText(flowTexts)
  const flow = useFlow().document.flow.id
  const [sample, setSample] = useState(() => sampleOf(wire))
  useEffect(
    () => onActivity(flow, ({ samples }) => setSample((before) => samples[wire] ?? before)),
    [flow, wire],
  )
  if (!sample) return null
  return (
    <div>
      <h3>{t('lastMessage')}</h3>
      <pre className={styles.raw}>{sample.text}</pre>
    </div>
  )
}

function AboutFlow() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const description = useDocument((state) => state.flow.description)
  const hasEnv = useDocument((state) => state.flow.env !== undefined)
  const nodes = useDocument((state) => state.flow.nodes.length)
  const wires = useDocument((state) => state.flow.wires.length)
  return (
    <fieldset className={styles.content} disabled={document.isReadOnly}>
      <h2>{t('aboutFlow')}</h2>
      <Field label={t('description')} hint={t('descriptionHint')}>
        {(control) => (
          <Textarea
            {...control}
            value={description}
            maxLength={10_000}
            onChange={(text) => document.describe({ description: text })}
            onBlur={() => document.seal()}
          />
        )}
      </Field>
      {(!document.isReadOnly || hasEnv) && <EnvEditor />}
      <p className={styles.quiet}>
        {t('contentNodes', { count: nodes })}, {t('contentWires', { count: wires })}
      </p>
      {nodes > 0 && !document.isReadOnly && <p className={styles.quiet}>{t('flowHint')}</p>}
    </fieldset>
  )
}
