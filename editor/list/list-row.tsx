import { memo, type ReactNode } from 'react'
import { useNodeStatus } from '../api/use-live.ts'
import { structureTexts } from '../canvas/structure/texts.ts'
import type { FlowRow, GroupRow, NoteRow, StepRow } from '../document/flow-list.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { problemText, spokenText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { useWireValue } from '../live/use-flow-values.ts'
import { Icon } from '../ui/icon.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import styles from './list.module.css'
import { listTexts } from './texts.ts'

const MarkdownView = lazyPart(async () => (await import('../flow/markdown-view.tsx')).MarkdownView)

interface ListRowProps {
  readonly id: string
  readonly flow: string
  readonly row: FlowRow
  /** Of the node that the row is about. */
  readonly shape: NodeShape | undefined
  /** What the node is called; of a reference, where it leads to. */
  readonly name: string
  /** Of a rule that goes on from elsewhere: the node it comes from. */
  readonly from: string | undefined
  /** How the node is called where it runs. */
  readonly place: string | undefined
  /** The wire whose last value shows at a step, as it is called where it runs. */
  readonly wire: string | undefined
  readonly problem: 'error' | 'warning' | undefined
  readonly isOpen: boolean
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly onPress: (row: FlowRow) => void
  readonly onFold: (row: FlowRow) => void
  /** Buttons at its end. */
  readonly children: ReactNode
}

/** A line of the list: a step, a branch, where the rule goes on, a group with what stands in it below, or a note. */
export const ListRow = memo(function ListRow(props: ListRowProps) {
  const { id, row, isOpen, isActive, isSelected, onPress, onFold, children } = props
  const t = useText(listTexts)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-labelledby={`${id}-text`}
      aria-level={row.depth}
      aria-posinset={row.place}
      aria-setsize={row.of}
      aria-expanded={row.hasChildren ? isOpen : undefined}
      aria-selected={isSelected}
      className={styles.row}
      data-kind={row.kind}
      data-key={row.key}
      data-active={isActive}
      data-family={props.shape?.definition?.group}
      style={{ marginInlineStart: `calc(var(--indent) * ${row.depth - 1})` }}
      onClick={() => onPress(row)}
    >
      <button
        type="button"
        tabIndex={-1}
        className={styles.fold}
        hidden={!row.hasChildren}
        aria-label={t(isOpen ? 'close' : 'open')}
        onClick={(event) => {
          event.stopPropagation()
          onFold(row)
        }}
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
      </button>
      <div id={`${id}-text`} className={styles.text}>
        <Content {...props} />
      </div>
      {children}
    </div>
  )
})

function Content(props: ListRowProps) {
  const t = useText(listTexts)
  const { row, name } = props
  if (row.kind === 'step') return <Step {...props} row={row} />
  if (row.kind === 'group') return <Group {...props} row={row} />
  if (row.kind === 'note') return <Note row={row} />
  if (row.kind === 'jump')
    return (
      <span className={styles.jump}>
        <Icon name="corner-down-right" size={14} />
        {t('jump', { name })}
      </span>
    )
  return (
    <span className={styles.branch}>
      <BranchWords {...props} />
      {!row.wire && <i>{t('empty')}</i>}
    </span>
  )
}

function BranchWords(props: ListRowProps) {
  return <span>{useBranchTitle(props)} </span>
}

function useBranchTitle({ row, shape }: ListRowProps): string {
  const t = useText(listTexts)
  const texts = useNodeTexts()
  if (row.kind !== 'branch') return ''
  if (row.port === 'error') return t('errors')
  const port = shape?.outputs.find(({ id }) => id === row.port)
  const title = shape?.definition && port && texts.port(shape.definition, row.port, port.port)
  const isOnly = (shape?.outputs.length ?? 0) <= 2
  return isOnly ? t('branchPlain') : t('branch', { port: title || row.port })
}

function Group({ row, name, problem }: ListRowProps & { readonly row: GroupRow }) {
  const t = useText(structureTexts)
  return (
    <>
      <Icon name="group" size={18} className={styles.groupIcon} />
      <span className={styles.words}>
        <span className={styles.name}>
          <span className="visually-hidden">{t('group')}</span> {name}
        </span>{' '}
        <small>{t('nodesInside', { count: row.nodes.length })}</small>{' '}
        {row.group.description && <span className={styles.about}>{row.group.description}</span>}
      </span>{' '}
      {problem && <ProblemSign level={problem} text={t(problem === 'error' ? 'hasError' : 'hasWarning')} />}
    </>
  )
}

function Note({ row: { note } }: { readonly row: NoteRow }) {
  const t = useText(listTexts)
  const structureT = useText(structureTexts)
  return (
    <div className={styles.note}>
      <span className="visually-hidden">{structureT('note')}</span>
      {note.text.trim() === '' ? <i>{t('emptyNote')}</i> : <MarkdownView source={note.text} />}
    </div>
  )
}

function ProblemSign({ level, text }: { readonly level: 'error' | 'warning'; readonly text: string }) {
  return (
    <span className={styles.problem} data-level={level} title={text}>
      <Icon name={level === 'error' ? 'circle-alert' : 'triangle-alert'} />
      <span className="visually-hidden">{text}</span>
    </span>
  )
}

function Step(props: ListRowProps & { readonly row: StepRow }) {
  const { row, flow, shape, name, from, place = row.node.id, wire, problem } = props
  const t = useText(listTexts)
  const caption = useCaption(shape, name)
  const said = [from === undefined ? '' : t('from', { name: from }), caption]
  return (
    <>
      <b className={styles.part} data-part={row.part}>
        {t(`part.${row.part}`)}
      </b>{' '}
      <Icon name={shape?.definition?.icon ?? 'puzzle'} size={18} className={styles.icon} />
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>{' '}
        <small>{row.isLoose ? t('loose') : said.filter(Boolean).join(' · ')}</small>
      </span>{' '}
      {row.node.disabled && (
        <span className={styles.disabled}>
          <Icon name="power-off" size={14} />
          {t('disabled')}
        </span>
      )}{' '}
      {problem && <ProblemSign level={problem} text={t(problem)} />}{' '}
      <span className={styles.live}>
        {wire !== undefined && <Value flow={flow} wire={wire} />} <Status flow={flow} node={place} />
      </span>
    </>
  )
}

function Value({ flow, wire }: { readonly flow: string; readonly wire: string }) {
  const value = useWireValue(flow, wire)
  if (!value) return null
  return (
    <span className={styles.value}>
      {value.text}
      {value.unit && ` ${value.unit}`}
    </span>
  )
}

function Status({ flow, node }: { readonly flow: string; readonly node: string }) {
  const language = useLanguage()
  const status = useNodeStatus(flow, node)
  if (status?.text === undefined) return null
  return (
    <span className={styles.status} data-state={status.state}>
      <i aria-hidden="true" />
      {spokenText({ ...status, text: status.text }, language)}
    </span>
  )
}

/** The most telling setting; the type where the node has a name of its own and no caption. */
function useCaption(shape: NodeShape | undefined, name: string): string {
  const t = useText(listTexts)
  const texts = useNodeTexts()
  const language = useLanguage()
  if (!shape) return ''
  const title = shape.definition ? texts.title(shape.definition) : t('unknown')
  const said = typeof shape.caption === 'string' ? shape.caption : problemText(shape.caption, language)
  return said || (title === name ? '' : title)
}
