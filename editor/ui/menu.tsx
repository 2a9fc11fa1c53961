import { ContextMenu as RadixContext, DropdownMenu as RadixMenu } from 'radix-ui'
import { Fragment, type ReactNode, useRef } from 'react'
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
  readonly items: readonly MenuItem[]
  readonly align?: 'start' | 'center' | 'end'
  /** The button that opens it. */
  readonly children: ReactNode
}

/** A list of commands behind a button. */
export function Menu({ items, align = 'end', children }: MenuProps) {
  return (
    <RadixMenu.Root>
      <RadixMenu.Trigger asChild>{children}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          <Items items={items} Item={RadixMenu.Item} Separator={RadixMenu.Separator} />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  )
}

/** The same commands on a right click or a long press. `onOpen` comes before the items are drawn. */
export function ContextMenu({
  items,
  onOpen,
  children,
}: Omit<MenuProps, 'align'> & { readonly onOpen?: () => void }) {
  const chosen = useRef<MenuItem>(undefined)
  return (
    <RadixContext.Root onOpenChange={(isOpen) => isOpen && onOpen?.()}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content
          className={styles.menu}
          collisionPadding={8}
          // Only now is the focus back where it was, and what the command opens can take it.
          onCloseAutoFocus={() => {
            const item = chosen.current
            chosen.current = undefined
            if (item) queueMicrotask(item.onSelect)
          }}
        >
          <Items
            items={items.map((item) => ({
              ...item,
              onSelect: () => {
                chosen.current = item
              },
            }))}
            Item={RadixContext.Item}
            Separator={RadixContext.Separator}
          />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  )
}

interface ItemsProps {
  readonly items: readonly MenuItem[]
  readonly Item: typeof RadixMenu.Item | typeof RadixContext.Item
  readonly Separator: typeof RadixMenu.Separator | typeof RadixContext.Separator
}

const Items = ({ items, Item, Separator }: ItemsProps) =>
  items.map((item) => (
    <Fragment key={item.label}>
      {item.separator && <Separator className={styles.separator} />}
      <Item
        className={classNames(styles.item, item.dangerous && styles.dangerous)}
        disabled={item.disabled ?? false}
        onSelect={item.onSelect}
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
