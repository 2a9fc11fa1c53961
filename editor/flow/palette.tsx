import { type DragEvent, useMemo, useState } from 'react'
import { groups } from '#kit/define-node.ts'
import { findableTypes } from '../canvas/findable-types.ts'
import { DRAGGED_TYPE } from '../canvas/flow-canvas.tsx'
import type { Pick } from '../canvas/pick-list.tsx'
import { findTypes } from '../document/find-types.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useFlow } from './flow-context.ts'
import styles from './palette.module.css'
import { flowTexts } from './texts.ts'

/** The node types to choose from: dragged onto the canvas, or added by a click. */
export function Palette({ onAdded }: { readonly onAdded?: () => void }) {
  const t = useText(flowTexts)
  const texts = useNodeTexts()
  const { catalogue, canvas } = useFlow()
  const [query, setQuery] = useState('')
  const all = useMemo(() => findableTypes(catalogue, texts), [catalogue, texts])
  const found = findTypes(all, query)
  const isSearching = query.trim() !== ''
  const add = (type: string) => {
    canvas()?.add(type)
    onAdded?.()
  }
  const sections = isSearching
    ? [{ group: undefined, picks: found }]
    : groups.map((group) => ({ group, picks: found.filter((pick) => pick.family === group) }))

  return (
    <div className={styles.palette}>
      <div className={styles.search}>
        <TextField
          type="search"
          aria-label={t('searchNodes')}
          placeholder={t('searchNodes')}
          value={query}
          onChange={setQuery}
          onKeyDown={(event) => {
            const [first] = found
            if (event.key === 'Enter' && isSearching && first) add(first.id)
            if (event.key === 'Escape') setQuery('')
          }}
          after={
            isSearching && (
              <IconButton icon="x" size="small" label={t('clearSearch')} onClick={() => setQuery('')} />
            )
          }
        />
      </div>
      <div className={styles.sections}>
        {sections.map(
          ({ group, picks }) =>
            picks.length > 0 && (
              <section key={group ?? 'found'}>
                {group && <h3 className={styles.group}>{t(`group.${group}`)}</h3>}
                <ul>
                  {picks.map((pick) => (
                    <li key={pick.id}>
                      <Item pick={pick} onAdd={() => add(pick.id)} />
                    </li>
                  ))}
                </ul>
              </section>
            ),
        )}
        {found.length === 0 && <p className={styles.nothing}>{t('noNodesFound', { query })}</p>}
      </div>
    </div>
  )
}

function Item({ pick, onAdd }: { readonly pick: Pick; readonly onAdd: () => void }) {
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(DRAGGED_TYPE, pick.id)
    event.dataTransfer.effectAllowed = 'copy'
  }
  return (
    <button
      type="button"
      draggable
      className={styles.item}
      data-type={pick.id}
      data-family={pick.family}
      onDragStart={onDragStart}
      onClick={onAdd}
    >
      <Icon name={pick.icon} size={18} />
      <span>
        <b>{pick.label}</b>
        <small>{pick.about}</small>
      </span>
    </button>
  )
}
