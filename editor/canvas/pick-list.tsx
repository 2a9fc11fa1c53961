import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { type Findable, find } from '../document/find.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './pick-list.module.css'

/** A line of the list. */
export interface Pick {
  readonly id: string
  readonly label: string
  readonly about: string
  readonly icon: string
  readonly family: string
}

interface PickListProps {
  readonly label: string
  readonly placeholder: string
  readonly picks: readonly Findable<Pick>[]
  /** Why one does not fit; those stand below the others, and say so. */
  readonly misfitOf?: (id: string) => string | undefined
  /** A line above the list. */
  readonly note?: string | undefined
  /** Shown in place of an empty list. */
  readonly nothing: string
  /** Pixels from the top left corner of the canvas; moved so that the list stays within. */
  readonly at: { readonly x: number; readonly y: number }
  readonly onPick: (id: string) => void
  readonly onClose: () => void
}

const WIDTH = 288
const HEIGHT = 320
const MARGIN = 8

/** A search field with its answers, at a place on the canvas. Closes on Escape and when the focus leaves. */
export function PickList(props: PickListProps) {
  const { label, placeholder, picks, note, nothing, at, onPick, onClose } = props
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const root = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const listId = useId()
  const misfits = useMisfits(props)
  const found = fittingFirst(find(picks, query), misfits)
  const place = usePlaceWithin(root, at)

  useEffect(() => input.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    root.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' })
  })

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const chosen = found[active]
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0))
    else if (event.key === 'Enter' && chosen) onPick(chosen.id)
    else if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps keys from the canvas; the field inside takes them
    <div
      ref={root}
      className={`${styles.list} nodrag nopan nowheel`}
      style={{ left: place.x, top: place.y, width: WIDTH, maxHeight: HEIGHT }}
      onKeyDown={onKeyDown}
      // The menu of the canvas is not for what is typed here.
      onPointerDown={(event) => event.stopPropagation()}
      onContextMenu={(event) => event.stopPropagation()}
      // A finger on a line must not take the focus from the field: the list would close before the click.
      onMouseDown={(event) => event.target !== input.current && event.preventDefault()}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClose()
      }}
    >
      <div className={styles.search}>
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          autoComplete="off"
          aria-label={label}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
        />
      </div>
      {note && <p className={styles.note}>{note}</p>}
      <div className={styles.picks} role="listbox" id={listId} aria-label={label}>
        {found.map((pick, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled at the field, which keeps the focus
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
          <div
            key={pick.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            className={styles.pick}
            data-type={pick.id}
            data-family={pick.family}
            data-misfit={misfits.has(pick.id)}
            onPointerMove={() => setActive(index)}
            onClick={() => onPick(pick.id)}
          >
            <Icon name={pick.icon} size={18} />
            <span>
              <b>{pick.label}</b>
              <small>{misfits.get(pick.id) ?? pick.about}</small>
            </span>
            {misfits.has(pick.id) && <Icon name="unlink" size={14} />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles.note}>{nothing}</p>}
    </div>
  )
}

const none: ReadonlyMap<string, string> = new Map()

/** Why those do not fit that do not: worked out once, not with each letter. */
function useMisfits({ picks, misfitOf }: PickListProps): ReadonlyMap<string, string> {
  const [misfits] = useState(() => {
    if (!misfitOf) return none
    return new Map(
      picks.flatMap(({ item: { id } }) => {
        const why = misfitOf(id)
        return why === undefined ? [] : [[id, why] as const]
      }),
    )
  })
  return misfits
}

const fittingFirst = (found: readonly Pick[], misfits: ReadonlyMap<string, string>): readonly Pick[] =>
  misfits.size === 0
    ? found
    : [...found.filter(({ id }) => !misfits.has(id)), ...found.filter(({ id }) => misfits.has(id))]

/** Keeps the list inside the canvas it stands on. */
function usePlaceWithin(
  root: { readonly current: HTMLDivElement | null },
  at: { readonly x: number; readonly y: number },
) {
  const [place, setPlace] = useState(at)
  useEffect(() => {
    const bounds = root.current?.parentElement?.getBoundingClientRect()
    if (!bounds) return
    const clamp = (value: number, most: number) => Math.max(MARGIN, Math.min(value, most - MARGIN))
    setPlace({
      x: clamp(at.x, bounds.width - WIDTH),
      y: clamp(at.y, bounds.height - Math.min(HEIGHT, bounds.height)),
    })
  }, [root, at.x, at.y])
  return place
}
