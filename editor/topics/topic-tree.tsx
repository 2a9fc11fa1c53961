import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useLive } from '../api/live.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showTopics } from './live-topics.ts'
import { topicTexts } from './texts.ts'
import type { TopicNode, TopicRow } from './topic-forest.ts'
import { TopicLine } from './topic-line.tsx'
import styles from './topics.module.css'
import { useTopics } from './use-topics.ts'

interface TopicTreeProps {
  readonly chosen?: string | undefined
  readonly onChoose: (node: TopicNode) => void
}

/** A line is higher where fingers have to hit it. */
const LINE = window.matchMedia('(pointer: coarse)').matches ? 44 : 28

/** The topics of the broker as they come: to look for one, to choose one, or to drag one onto a canvas. */
export function TopicTree({ chosen, onChoose }: TopicTreeProps) {
  const t = useText(topicTexts)
  const forest = useTopics()
  const isAway = useLive((state) => state.state === 'away')
  const [search, setSearch] = useState('')
  const [opened, setOpened] = useState<ReadonlySet<string> | 'all'>(
    () => new Set(chosen ? above(chosen) : []),
  )
  const { structure } = forest
  // biome-ignore lint/correctness/useExhaustiveDependencies: the forest is one object; its structure says when lines come or go
  const rows = useMemo(
    () => forest.rows((path) => opened === 'all' || opened.has(path), search),
    [forest, structure, opened, search],
  )
  const toggle = ({ path }: TopicNode, isOpen: boolean) => {
    const next = new Set(opened === 'all' ? branchesOf(rows) : opened)
    if (isOpen) next.add(path)
    else next.delete(path)
    setOpened(next)
  }

  return (
    <div className={styles.tree}>
      <div className={styles.search}>
        <TextField
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={search}
          onChange={setSearch}
          onKeyDown={(event) => event.key === 'Escape' && setSearch('')}
          after={
            search !== '' && (
              <IconButton icon="x" size="small" label={t('clearSearch')} onClick={() => setSearch('')} />
            )
          }
        />
        <IconButton
          icon={opened === 'all' ? 'list-collapse' : 'list-tree'}
          label={t(opened === 'all' ? 'closeAll' : 'openAll')}
          onClick={() => setOpened(opened === 'all' ? new Set() : 'all')}
        />
      </div>
      {isAway && (
        <p className={styles.away} role="status">
          <Icon name="unplug" size={14} /> {t('away')}
        </p>
      )}
      {!forest.isFilled && <Spinner label={t('waiting')} />}
      {forest.isFilled && forest.root.topics === 0 && (
        <EmptyState icon="radio-tower" title={t('none')} about={t('noneAbout')} />
      )}
      {forest.root.topics > 0 && rows.length === 0 && (
        <p className={styles.note}>{t('noMatch', { search })}</p>
      )}
      {rows.length > 0 && <Lines rows={rows} chosen={chosen} onChoose={onChoose} onToggle={toggle} />}
      {forest.leftOut > 0 && <p className={styles.note}>{t('leftOut', { count: forest.leftOut })}</p>}
    </div>
  )
}

interface LinesProps {
  readonly rows: readonly TopicRow[]
  readonly chosen: string | undefined
  readonly onChoose: (node: TopicNode) => void
  readonly onToggle: (node: TopicNode, isOpen: boolean) => void
}

/** The lines in view. The tree is one tab stop: its keys are those that the ARIA practices name. */
function Lines({ rows, chosen, onChoose, onToggle }: LinesProps) {
  const t = useText(topicTexts)
  const treeId = useId()
  const scroll = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | undefined>(chosen)
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    getItemKey: (index) => rows[index]?.node.path ?? index,
    overscan: 6,
  })
  const inView = lines.getVirtualItems()
  useEffect(() => showTopics(inView.flatMap(({ index }) => rows[index]?.node.id ?? [])))

  const at = rows.findIndex(({ node }) => node.path === active)
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))]
    if (!row) return
    setActive(row.node.path)
    lines.scrollToIndex(rows.indexOf(row))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    const page = Math.max(1, inView.length - 8)
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at < 0 ? 0 : at - 1),
      PageDown: () => go(at + page),
      PageUp: () => go(at - page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () =>
        row && (row.isOpen || row.node.children.length === 0 ? go(at + 1) : onToggle(row.node, true)),
      ArrowLeft: () =>
        row &&
        (row.isOpen ? onToggle(row.node, false) : go(rows.findIndex(({ node }) => node === row.node.parent))),
      Enter: () => row && onChoose(row.node),
      ' ': () => row && onChoose(row.node),
    }
    const step = steps[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    step()
  }
  return (
    <div
      ref={scroll}
      className={styles.lines}
      role="tree"
      aria-label={t('tree')}
      aria-activedescendant={inView.some(({ index }) => index === at) ? `${treeId}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: lines of a tree that shows a part of them */}
      <div role="group" style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {inView.map(({ index, start, key }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <TopicLine
              key={key}
              id={`${treeId}-${index}`}
              row={row}
              top={start}
              height={LINE}
              isChosen={row.node.path === chosen}
              isActive={index === at}
              onChoose={() => {
                setActive(row.node.path)
                onChoose(row.node)
              }}
              onToggle={() => onToggle(row.node, !row.isOpen)}
            />
          )
        })}
      </div>
    </div>
  )
}

const branchesOf = (rows: readonly TopicRow[]) =>
  rows.flatMap(({ node, isOpen }) => (isOpen ? node.path : []))

/** `home/door/state` stands below `home` and `home/door`. */
const above = (path: string): readonly string[] => {
  const levels = path.split('/')
  return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join('/'))
}
