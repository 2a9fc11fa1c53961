import { useEffect, useState } from 'react'
import { duplicate } from '../document/duplicate.ts'
import { liveWire } from '../document/live-place.ts'
import { useWantedField } from '../forms/wanted-field.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useSay } from '../i18n/said.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Textarea } from '../ui/text-field.tsx'
import { EnvEditor } from './env-editor.tsx'
import { useDocument, useFlow, useNodeName } from './flow-context.ts'
import styles from './inspector.module.css'
import { nodeTabs, wireSections } from './inspector-parts.tsx'
import { flowTexts } from './texts.ts'

const GroupSettings = lazyPart(async () => (await import('./structure/group-settings.tsx')).GroupSettings)
const NoteSettings = lazyPart(async () => (await import('./structure/note-settings.tsx')).NoteSettings)
const SubflowSettings = lazyPart(
  async () => (await import('./structure/subflow-settings.tsx')).SubflowSettings,
)

/** What is selected, with everything one can set about it; the flow itself when nothing is. */
export function Inspector({ onGone }: { readonly onGone?: () => void }) {
  const selection = useDocument((state) => state.selection)
  const [node, ...more] = selection.nodes
  const [wire] = selection.wires
  const [note] = selection.notes
  const [group] = selection.groups
  const scope = useDocument((state) => state.scope)
  const count = selection.nodes.size + selection.notes.size + selection.groups.size
  if (count === 1 && note !== undefined) return <NoteSettings key={note} id={note} onGone={onGone} />
  if (count === 1 && group !== undefined) return <GroupSettings key={group} id={group} onGone={onGone} />
  if (count > 1) return <ManyNodes count={count} onGone={onGone} />
  if (node !== undefined && more.length === 0 && selection.wires.size === 0)
    return <OneNode key={node} id={node} onGone={onGone} />
  if (node !== undefined) return <ManyNodes count={more.length + 1} onGone={onGone} />
  if (wire !== undefined) return <OneWire key={wire} wire={wire} onGone={onGone} />
  return scope === undefined ? <AboutFlow /> : <SubflowSettings key={scope} id={scope} />
}

function OneNode({ id, onGone }: { readonly id: string; readonly onGone?: (() => void) | undefined }) {
  const t = useText(flowTexts)
  const say = useSay()
  const texts = useNodeTexts()
  const { document, catalogue, panels } = useFlow()
  const node = useDocument((state) => state.byId.get(id))
  const [tab, setTab] = useState('settings')
  const wantsField = useWantedField(({ place }) => place !== undefined)
  useEffect(() => {
    if (wantsField) setTab('settings')
  }, [wantsField])
  const { askedNodeTab, forgetNodeTab } = panels
  useEffect(() => () => document.seal(), [document])
  useEffect(() => {
    if (askedNodeTab === undefined) return
    setTab(askedNodeTab)
    forgetNodeTab()
  }, [askedNodeTab, forgetNodeTab])
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
          tabs={nodeTabs.map(({ id, title, Content }) => ({
            id,
            label: say(title),
            content: <Content node={node} />,
          }))}
        />
      </div>
    </div>
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
      {Object.entries(wireSections).map(([name, Part]) => (
        <Part key={name} wire={liveWire(document, wire)} />
      ))}
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

function AboutFlow() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const description = useDocument((state) => state.flow.description)
  const hasEnv = useDocument((state) => state.flow.env !== undefined)
  const nodes = useDocument((state) => state.drawing.nodes.length)
  const wires = useDocument((state) => state.drawing.wires.length)
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
