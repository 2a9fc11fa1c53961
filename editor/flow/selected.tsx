import { useEffect, useState } from 'react'
import { duplicate } from '../document/duplicate.ts'
import { liveWire } from '../document/live-place.ts'
import { useWantedField } from '../forms/wanted-field.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useSay } from '../i18n/said.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { DisableButton, DisableSwitch } from './disabling.tsx'
import { useDocument, useFlow, useNodeName } from './flow-context.ts'
import styles from './inspector.module.css'
import { nodeTabs, wireSections } from './inspector-parts.tsx'
import { selectedTexts } from './selected-texts.ts'
import { flowTexts } from './texts.ts'

/** A node, and whatever one can see and set about it. */
export function OneNode({ id, onGone }: { readonly id: string; readonly onGone?: (() => void) | undefined }) {
  const t = useText(selectedTexts)
  const flow = useText(flowTexts)
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
            <DisableSwitch node={id} />
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
          label={flow('inspector')}
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

/** More than one thing. */
export function ManyNodes({
  count,
  onGone,
}: {
  readonly count: number
  readonly onGone?: (() => void) | undefined
}) {
  const t = useText(selectedTexts)
  const { document } = useFlow()
  return (
    <div className={styles.content}>
      <h2>{t('manySelected', { count })}</h2>
      <div className={styles.actions} hidden={document.isReadOnly}>
        <Button icon="copy" onClick={() => duplicate(document)}>
          {t('duplicate')}
        </Button>
        <DisableButton />
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

/** A wire. */
export function OneWire({
  wire,
  onGone,
}: {
  readonly wire: string
  readonly onGone?: (() => void) | undefined
}) {
  const t = useText(selectedTexts)
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
