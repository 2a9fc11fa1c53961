import { type DragEvent, useMemo, useState } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { groups } from '#kit/define-node.ts'
import { findableTypes } from '../canvas/findable-types.ts'
import { DRAGGED_TYPE } from '../canvas/flow-canvas.tsx'
import type { Pick } from '../canvas/pick-list.tsx'
import { find } from '../document/find.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { listeningNode } from '../topics/listening-node.ts'
import { filterOf } from '../topics/topic-forest.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useFlow } from './flow-context.ts'
import styles from './palette.module.css'
import { flowTexts } from './texts.ts'

const TopicTree = lazyPart(async () => (await import('../topics/topic-tree.tsx')).TopicTree)

const offers = ['types', 'topics'] as const

/** What can be put on the canvas, dragged there or by a click: a node of a type, or one that listens to a topic. */
export function Palette({ onAdded }: { readonly onAdded?: () => void }) {
  const t = useText(flowTexts)
  const { canvas } = useFlow()
  const [offer, setOffer] = useState<(typeof offers)[number]>('types')
  const add = (type: string, config?: FlowNode['config']) => {
    canvas()?.add(type, config)
    onAdded?.()
  }
  const listen = (filter: string) => {
    const { type, config } = listeningNode(filter)
    add(type, config)
  }
  return (
    <div className={styles.palette}>
      <div className={styles.offers}>
        <Segmented
          aria-label={t('offers')}
          value={offer}
          onChange={setOffer}
          options={offers.map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {offer === 'types' ? (
        <Types onAdd={add} />
      ) : (
        <div className={styles.topics}>
          <TopicTree onChoose={(node) => listen(filterOf(node))} />
        </div>
      )}
    </div>
  )
}

function Types({ onAdd }: { readonly onAdd: (type: string) => void }) {
  const t = useText(flowTexts)
  const texts = useNodeTexts()
  const { catalogue } = useFlow()
  const [query, setQuery] = useState('')
  const all = useMemo(() => findableTypes(catalogue, texts), [catalogue, texts])
  const found = find(all, query)
  const isSearching = query.trim() !== ''
  const sections = isSearching
    ? [{ group: undefined, picks: found }]
    : groups.map((group) => ({ group, picks: found.filter((pick) => pick.family === group) }))

  return (
    <>
      <div className={styles.search}>
        <TextField
          type="search"
          aria-label={t('searchNodes')}
          placeholder={t('searchNodes')}
          value={query}
          onChange={setQuery}
          onKeyDown={(event) => {
            const [first] = found
            if (event.key === 'Enter' && isSearching && first) onAdd(first.id)
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
                      <Item pick={pick} onAdd={() => onAdd(pick.id)} />
                    </li>
                  ))}
                </ul>
              </section>
            ),
        )}
        {found.length === 0 && <p className={styles.nothing}>{t('noNodesFound', { query })}</p>}
      </div>
    </>
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
