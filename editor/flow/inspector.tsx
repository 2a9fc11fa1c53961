import { useText } from '../i18n/use-text.ts'
import { Field } from '../ui/field.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Textarea } from '../ui/text-field.tsx'
import { EnvEditor } from './env-editor.tsx'
import { useDocument, useFlow } from './flow-context.ts'
import styles from './inspector.module.css'
import { flowTexts } from './texts.ts'

const OneNode = lazyPart(async () => (await import('./selected.tsx')).OneNode)
const OneWire = lazyPart(async () => (await import('./selected.tsx')).OneWire)
const ManyNodes = lazyPart(async () => (await import('./selected.tsx')).ManyNodes)
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
