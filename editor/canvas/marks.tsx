import { createContext, useContext } from 'react'
import type { Mark } from '#flows/diff.ts'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import { markIcons } from './mark-icons.ts'
import styles from './marks.module.css'
import { canvasTexts } from './texts.ts'

/** What has become of the things on a canvas: by the ids of nodes, notes and groups, and the keys of wires. */
export type Marks = ReadonlyMap<string, Mark>

export const noMarks: Marks = new Map()
export const MarksContext = createContext(noMarks)

/** What has become of one thing, where two versions are compared. */
const useMark = (id: string): Mark | undefined => useContext(MarksContext).get(id)

/** A frame around a card in the colour of its mark, and the mark itself as a sign. */
export function MarkFrame({ id }: { readonly id: string }) {
  const t = useText(canvasTexts)
  const mark = useMark(id)
  if (!mark) return null
  return (
    <span className={styles.frame} data-mark={mark}>
      <span className={styles.sign}>
        <Icon name={markIcons[mark]} size={12} />
        <span className="visually-hidden">{t(`mark.${mark}`)}</span>
      </span>
    </span>
  )
}
