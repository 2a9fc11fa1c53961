import { type DragEvent, type KeyboardEvent, useState } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { groups } from '#kit/define-node.ts'
import { DRAGGED_TYPE } from '../canvas/flow-canvas.tsx'
import type { Pick } from '../canvas/pick-list.tsx'
import { find } from '../document/find.ts'
import type { Translate } from '../i18n/define-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { favourites, recents } from '../palette/node-choices.ts'
import { paletteTexts } from '../palette/texts.ts'
import { useInHand } from '../palette/use-in-hand.ts'
import { useFindableTypes } from '../palette/use-node-picks.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useFlow } from './flow-context.ts'
import styles from './palette.module.css'
import { flowTexts } from './texts.ts'

const PaletteTopics = lazyPart(async () => (await import('./palette-topics.tsx')).PaletteTopics)

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
          <PaletteTopics onAdd={add} />
        </div>
      )}
    </div>
  )
}

interface Shelf {
  readonly id: string
  /** Missing for what was searched. */
  readonly title?: string
  readonly picks: readonly Pick[]
}

function Types({ onAdd }: { readonly onAdd: (type: string) => void }) {
  const t = useText(flowTexts)
  const shelfTexts = useText(paletteTexts)
  const { catalogue } = useFlow()
  const [query, setQuery] = useState('')
  const liked = favourites.use(({ ids }) => ids)
  const lately = recents.use(({ ids }) => ids)
  const isSearching = query.trim() !== ''
  const all = useFindableTypes(catalogue, isSearching)
  const found = isSearching
    ? find(all, query, { bonus: ({ id }) => (liked.includes(id) ? 1 : 0) })
    : all.map(({ item }) => item)
  const misfitOf = useInHand(catalogue)
  const chosen = (ids: readonly string[]) => ids.flatMap((id) => found.find((pick) => pick.id === id) ?? [])
  const shelves: readonly Shelf[] = misfitOf
    ? byFit(found, misfitOf, shelfTexts)
    : isSearching
      ? [{ id: 'found', picks: found }]
      : [
          { id: 'liked', title: shelfTexts('favourites'), picks: chosen(liked) },
          {
            id: 'lately',
            title: shelfTexts('recent'),
            picks: chosen(lately.filter((id) => !liked.includes(id)).slice(0, 3)),
          },
          ...groups.map((group) => ({
            id: group,
            title: t(`group.${group}`),
            picks: found.filter((pick) => pick.family === group),
          })),
        ]
  const add = (type: string) => {
    recents.add(type)
    onAdd(type)
  }

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
            const [first] = misfitOf ? shelves.flatMap(({ picks }) => picks) : found
            if (event.key === 'Enter' && isSearching && first) add(first.id)
            if (event.key === 'Escape') setQuery('')
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              event.currentTarget
                .closest(`.${styles.palette}`)
                ?.querySelector<HTMLElement>('[data-item]')
                ?.focus()
            }
          }}
          after={
            isSearching && (
              <IconButton icon="x" size="small" label={t('clearSearch')} onClick={() => setQuery('')} />
            )
          }
        />
      </div>
      <Shelves shelves={shelves} liked={liked} onAdd={add} />
      {found.length === 0 && <p className={styles.nothing}>{t('noNodesFound', { query })}</p>}
    </>
  )
}

/** With the end of a wire in hand: what fits it, then the rest, which says why it does not. */
function byFit(
  picks: readonly Pick[],
  misfitOf: (pick: string) => string | undefined,
  t: Translate<(typeof paletteTexts)['en']>,
): readonly Shelf[] {
  const misfits = new Map(picks.map((pick) => [pick, misfitOf(pick.id)]))
  const others = picks.filter((pick) => misfits.get(pick) !== undefined)
  return [
    { id: 'fitting', title: t('fitting'), picks: picks.filter((pick) => !others.includes(pick)) },
    {
      id: 'others',
      title: t('others'),
      picks: others.map((pick) => ({ ...pick, about: misfits.get(pick) ?? pick.about })),
    },
  ]
}

interface ShelvesProps {
  readonly shelves: readonly Shelf[]
  readonly liked: readonly string[]
  readonly onAdd: (type: string) => void
}

/** The items, as one tab stop: arrows go up and down, and to the star beside each. */
function Shelves({ shelves, liked, onAdd }: ShelvesProps) {
  const filled = shelves.filter(({ picks }) => picks.length > 0)
  const first = filled[0]?.picks[0]?.id
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only moves the focus between the buttons inside
    <div className={styles.sections} onKeyDown={moveFocus}>
      {filled.map(({ id, title, picks }, index) => (
        <section key={id}>
          {title && <h3 className={styles.group}>{title}</h3>}
          <ul>
            {picks.map((pick) => (
              <li key={pick.id} className={styles.line}>
                <Item
                  pick={pick}
                  isTabStop={index === 0 && pick.id === first}
                  isShortcut={id === 'liked' || id === 'lately'}
                  onAdd={() => onAdd(pick.id)}
                />
                <Star pick={pick} isLiked={liked.includes(pick.id)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-item]')]
  const line = event.target instanceof Element ? event.target.closest('li') : null
  const at = items.findIndex((item) => line?.contains(item))
  const star = line?.querySelector<HTMLElement>('[data-star]')
  const targets: Readonly<Record<string, HTMLElement | null | undefined>> = {
    ArrowDown: items[at + 1],
    ArrowUp: items[at - 1],
    Home: items[0],
    End: items.at(-1),
    ArrowRight: star,
    ArrowLeft: items[at],
  }
  const target = targets[event.key]
  if (!target) return
  event.preventDefault()
  target.focus()
}

interface ItemProps {
  readonly pick: Pick
  readonly isTabStop: boolean
  /** It stands on its own shelf, too. */
  readonly isShortcut: boolean
  readonly onAdd: () => void
}

function Item({ pick, isTabStop, isShortcut, onAdd }: ItemProps) {
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(DRAGGED_TYPE, pick.id)
    event.dataTransfer.effectAllowed = 'copy'
  }
  return (
    <button
      type="button"
      draggable
      tabIndex={isTabStop ? 0 : -1}
      className={styles.item}
      data-item=""
      data-type={isShortcut ? undefined : pick.id}
      data-family={pick.family}
      onDragStart={onDragStart}
      onDragEnd={() => recents.add(pick.id)}
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

function Star({ pick, isLiked }: { readonly pick: Pick; readonly isLiked: boolean }) {
  const t = useText(paletteTexts)
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.star}
      data-star=""
      aria-pressed={isLiked}
      aria-label={t('like', { name: pick.label })}
      onClick={() => favourites.toggle(pick.id)}
    >
      <Icon name="star" size={14} />
    </button>
  )
}
