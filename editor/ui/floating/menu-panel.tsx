import { Menu as Radix } from 'radix-ui/internal'
import { Fragment, useRef, useState } from 'react'
import { classNames } from '../class-names.ts'
import { Icon } from '../icon.tsx'
import { KeyCaps } from '../key-caps.tsx'
import { type Anchor, backTo } from './anchor.ts'
import styles from './floating.module.css'

/** One line of a menu; `separator` draws a line above it. */
export interface MenuItem {
  readonly label: string
  readonly icon?: string
  /** As `keys.ts` writes them. */
  readonly keys?: string | undefined
  readonly onSelect: () => void
  readonly disabled?: boolean
  readonly dangerous?: boolean
  readonly separator?: boolean
}

/** As a function: asked for when the menu opens. */
export type MenuItems = readonly MenuItem[] | (() => readonly MenuItem[])

interface MenuPanelProps {
  readonly id: string
  readonly anchor: Anchor
  readonly items: MenuItems
  readonly align: 'start' | 'center' | 'end'
  /** The id of its button. Left out: it stands at a place of its own, as on a right click. */
  readonly button?: string
  /** Opened by a key: its first line has the focus at once. */
  readonly isByKey?: boolean
  readonly onClose: () => void
}

/** The lines of a menu, and the keys among them. */
export function MenuPanel({ id, anchor, items, align, button, isByKey, onClose }: MenuPanelProps) {
  const isAtPlace = button === undefined
  const chosen = useRef<MenuItem>(undefined)
  const isEntered = useRef(!isByKey)
  const [back] = useState(() => backTo(anchor))
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()} modal={false}>
      <Radix.Anchor virtualRef={{ current: anchor }} />
      <Radix.Portal>
        <Radix.Content
          id={id}
          aria-labelledby={button}
          className={classNames(styles.menu, isAtPlace && styles.contextMenu)}
          side={isAtPlace ? 'right' : 'bottom'}
          sideOffset={isAtPlace ? 2 : 4}
          align={align}
          collisionPadding={8}
          onFocus={({ target, currentTarget }) => {
            if (isEntered.current || target !== currentTarget) return
            isEntered.current = true
            currentTarget.querySelector<HTMLElement>('[role="menuitem"]:not([data-disabled])')?.focus()
          }}
          onInteractOutside={back.onInteractOutside}
          // A finger that is lifted after a long press touches what is below: that is no wish to close.
          onFocusOutside={(event) => isAtPlace && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            back.onCloseAutoFocus(event)
            const item = chosen.current
            // once the focus is back where it was, what the command opens can take it
            if (item) queueMicrotask(item.onSelect)
          }}
        >
          <Lines
            items={items}
            choose={(item) => {
              chosen.current = item
            }}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface LinesProps {
  readonly items: MenuItems
  readonly choose: (item: MenuItem) => void
}

const Lines = ({ items, choose }: LinesProps) =>
  (typeof items === 'function' ? items() : items).map((item) => (
    <Fragment key={item.label}>
      {item.separator && <Radix.Separator className={styles.separator} />}
      <Radix.Item
        className={classNames(styles.item, item.dangerous && styles.dangerous)}
        disabled={item.disabled ?? false}
        onSelect={() => choose(item)}
      >
        {item.icon && <Icon name={item.icon} />}
        {item.label}
        {item.keys && (
          <span className={styles.shortcut} aria-hidden="true">
            <KeyCaps keys={item.keys} />
          </span>
        )}
      </Radix.Item>
    </Fragment>
  ))
