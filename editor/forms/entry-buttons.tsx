import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { type MovedList, without, withSwapped } from './list-moves.ts'
import { formTexts } from './texts.ts'

interface EntryButtonsProps<Item> {
  readonly items: readonly Item[]
  readonly index: number
  /** How many there must be. */
  readonly least: number
  readonly onMove: (moved: MovedList<Item>) => void
}

/** Puts an entry of a list in another place, or takes it away. */
export function EntryButtons<Item>({ items, index, least, onMove }: EntryButtonsProps<Item>) {
  const t = useText(formTexts)
  return (
    <>
      <IconButton
        icon="arrow-up"
        size="small"
        label={t('moveUp')}
        disabled={index === 0}
        onClick={() => onMove(withSwapped(items, index, index - 1))}
      />
      <IconButton
        icon="arrow-down"
        size="small"
        label={t('moveDown')}
        disabled={index === items.length - 1}
        onClick={() => onMove(withSwapped(items, index, index + 1))}
      />
      <IconButton
        icon="trash-2"
        size="small"
        label={t('remove')}
        disabled={items.length <= least}
        onClick={() => onMove(without(items, index))}
      />
    </>
  )
}
