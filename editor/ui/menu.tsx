import * as RadixContext from 'radix-ui/context-menu'
import * as RadixMenu from 'radix-ui/dropdown-menu'
import { Fragment, type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import { KeyCaps } from './key-caps.tsx'
import styles from './overlay.module.css'

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

interface MenuProps {
  /** As a function: asked for when the menu opens. */
  readonly items: readonly MenuItem[] | (() => readonly MenuItem[])
  readonly align?: 'start' | 'center' | 'end'
  /** Comes before the items are asked for. */
  readonly onOpen?: () => void
  /** The button that opens it. */
  readonly children: ReactNode
}

/** A list of commands behind a button. */
export function Menu({ items, align = 'end', onOpen, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false)
  const afterwards = useAfterwards()
  const change = (opens: boolean) => {
    if (opens && onOpen) flushSync(onOpen)
    setOpen(opens)
  }
  return (
    <RadixMenu.Root open={isOpen} onOpenChange={change} modal={false}>
      <RadixMenu.Trigger asChild>{children}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          className={styles.menu}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={afterwards.run}
        >
          <Items
            items={items}
            choose={afterwards.choose}
            Item={RadixMenu.Item}
            Separator={RadixMenu.Separator}
          />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  )
}

/** The same commands on a right click or a long press. */
export function ContextMenu({ items, onOpen, children }: Omit<MenuProps, 'align'>) {
  const afterwards = useAfterwards()
  return (
    <RadixContext.Root onOpenChange={(isOpen) => isOpen && onOpen?.()} modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content
          className={classNames(styles.menu, styles.contextMenu)}
          collisionPadding={8}
          // A finger that is lifted after a long press touches what is below: that is no wish to close.
          onFocusOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={afterwards.run}
        >
          <Items
            items={items}
            choose={afterwards.choose}
            Item={RadixContext.Item}
            Separator={RadixContext.Separator}
          />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  )
}

/** Runs what was chosen once the focus is back where it was: what the command opens can then take it. */
function useAfterwards() {
  const chosen = useRef<MenuItem>(undefined)
  return {
    choose: (item: MenuItem) => {
      chosen.current = item
    },
    run: () => {
      const item = chosen.current
      chosen.current = undefined
      if (item) queueMicrotask(item.onSelect)
    },
  }
}

interface ItemsProps {
  readonly items: MenuProps['items']
  readonly choose: (item: MenuItem) => void
  readonly Item: typeof RadixMenu.Item | typeof RadixContext.Item
  readonly Separator: typeof RadixMenu.Separator | typeof RadixContext.Separator
}

const Items = ({ items, choose, Item, Separator }: ItemsProps) =>
  (typeof items === 'function' ? items() : items).map((item) => (
    <Fragment key={item.label}>
      {item.separator && <Separator className={styles.separator} />}
      <Item
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
      </Item>
    </Fragment>
  ))
