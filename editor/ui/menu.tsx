import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { type AnyElement, extendElement } from './extend-element.ts'
import { type Anchor, anchorAt } from './floating/anchor.ts'
import type { MenuItems } from './floating/menu-panel.tsx'
import { lazyPart } from './lazy-part.tsx'

export type { MenuItem } from './floating/menu-panel.tsx'

const MenuPanel = lazyPart(async () => (await import('./floating/panels.ts')).MenuPanel)

interface MenuProps {
  readonly items: MenuItems
  readonly align?: 'start' | 'center' | 'end'
  /** Comes before the items are asked for. */
  readonly onOpen?: () => void
  /** The button that opens it. */
  readonly children: AnyElement
}

interface Opened {
  readonly anchor: Anchor
  readonly isByKey: boolean
}

/** A list of commands behind a button. */
export function Menu({ items, align = 'end', onOpen, children }: MenuProps) {
  const [opened, setOpened] = useState<Opened>()
  const [own, panel] = [useId(), useId()]
  const button = children.props.id ?? own
  const open = (anchor: Element, isByKey: boolean) => {
    if (onOpen) flushSync(onOpen)
    setOpened({ anchor, isByKey })
  }
  const close = () => setOpened(undefined)
  return (
    <>
      {extendElement(children, {
        id: button,
        'aria-haspopup': 'menu',
        'aria-expanded': opened !== undefined,
        'aria-controls': opened && panel,
        onClick: ({ currentTarget, detail }: MouseEvent) =>
          opened ? close() : open(currentTarget, detail === 0),
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          open(event.currentTarget, true)
        },
      })}
      {opened && <MenuPanel id={panel} {...{ items, align, button, ...opened }} onClose={close} />}
    </>
  )
}

const LONG_PRESS_MS = 700

/** The same commands on a right click or a long press. */
export function ContextMenu({ items, onOpen, children }: Omit<MenuProps, 'align'>) {
  const [anchor, setAnchor] = useState<Anchor>()
  const id = useId()
  const press = useRef(0)
  const open = ({ clientX, clientY }: MouseEvent) => {
    onOpen?.()
    setAnchor(anchorAt(clientX, clientY))
  }
  const close = () => setAnchor(undefined)
  const letGo = () => clearTimeout(press.current)
  useEffect(() => () => clearTimeout(press.current), [])
  return (
    <>
      {extendElement(children, {
        onContextMenu: (event: MouseEvent) => {
          event.preventDefault()
          letGo()
          open(event)
        },
        onPointerDown: (event: PointerEvent) => {
          if (event.pointerType === 'mouse') return
          letGo()
          close()
          press.current = window.setTimeout(() => open(event), LONG_PRESS_MS)
        },
        onPointerMove: letGo,
        onPointerCancel: letGo,
        onPointerUp: letGo,
      })}
      {anchor && <MenuPanel {...{ id, anchor, items }} align="start" onClose={close} />}
    </>
  )
}
