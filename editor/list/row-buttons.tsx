import { menuItems } from '../actions/menu-items.ts'
import { useSay } from '../i18n/said.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import styles from './list.module.css'
import { listTexts } from './texts.ts'

interface RowButtonsProps {
  readonly name: string
  /** One can come there by Tab. */
  readonly isActive: boolean
  /** Only to look at: one can go in, and no more. */
  readonly isReadOnly: boolean
  /** The row becomes the one that commands are about. */
  readonly onTake: () => void
  /** Of a step that stands for a subflow: opens its list. */
  readonly onEnter: (() => void) | undefined
  /** Missing where nothing can follow. */
  readonly onAdd: (() => void) | undefined
}

/** What can be done with a row, for who has no keys. */
export function RowButtons({ name, isActive, isReadOnly, onTake, onEnter, onAdd }: RowButtonsProps) {
  const t = useText(listTexts)
  const say = useSay()
  const tabIndex = isActive ? 0 : -1
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press on a button is none on the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons take the keys
    <span className={styles.buttons} onClick={(event) => event.stopPropagation()}>
      {onEnter && (
        <IconButton
          icon="log-in"
          size="small"
          label={t('enterNamed', { name })}
          tabIndex={tabIndex}
          onClick={onEnter}
        />
      )}
      {onAdd && !isReadOnly && (
        <IconButton
          icon="plus"
          size="small"
          label={t('addAfterNamed', { name })}
          tabIndex={tabIndex}
          onClick={() => {
            onTake()
            onAdd()
          }}
        />
      )}
      {!isReadOnly && (
        <Menu
          onOpen={onTake}
          items={() =>
            menuItems(say, ({ context, action }) => context === 'list' && action.menu !== undefined)
          }
        >
          <IconButton icon="ellipsis" size="small" label={t('more', { name })} tabIndex={tabIndex} />
        </Menu>
      )}
    </span>
  )
}
