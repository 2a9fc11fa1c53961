import { memo, type ReactNode } from 'react'
import { useNodeStatus } from '../api/use-live.ts'
import type { FlowRow, StepRow } from '../document/flow-list.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { problemText, spokenText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { useWireValue } from '../live/use-flow-values.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './list.module.css'
import { listTexts } from './texts.ts'

interface ListRowProps {
  readonly id: string
  readonly flow: string
  readonly row: FlowRow
  /** Of the node that the row is about. */
  readonly shape: NodeShape | undefined
  /** What the node is called; of a reference, where it leads to. */
  readonly name: string
  /** The wire whose last value shows at a step. */
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

/** A line of the list: a step, a branch, or where the rule goes on. */
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
      <span id={`${id}-text`} className={styles.text}>
        <Content {...props} />
      </span>
      {children}
    </div>
  )
})

function Content(props: ListRowProps) {
  const t = useText(listTexts)
  const { row, name } = props
  if (row.kind === 'step') return <Step {...props} row={row} />
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

function Step({ row, flow, shape, name, wire, problem }: ListRowProps & { readonly row: StepRow }) {
  const t = useText(listTexts)
  const caption = useCaption(shape, name)
  return (
    <>
      <b className={styles.part} data-part={row.part}>
        {t(`part.${row.part}`)}
      </b>{' '}
      <Icon name={shape?.definition?.icon ?? 'puzzle'} size={18} className={styles.icon} />
      <span className={styles.words}>
        <span className={styles.name}>{name}</span> <small>{row.isLoose ? t('loose') : caption}</small>
      </span>{' '}
      {problem && (
        <span className={styles.problem} data-level={problem} title={t(problem)}>
          <Icon name={problem === 'error' ? 'circle-alert' : 'triangle-alert'} />
          <span className="visually-hidden">{t(problem)}</span>
        </span>
      )}{' '}
      <span className={styles.live}>
        {wire !== undefined && <Value flow={flow} wire={wire} />} <Status flow={flow} node={row.node.id} />
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
