import type { Mark } from '#flows/diff.ts'

/** By shape as well as by colour. */
export const markIcons = {
  added: 'plus',
  changed: 'pencil',
  removed: 'minus',
  moved: 'arrow-left-right',
} as const satisfies Readonly<Record<Mark, string>>

export const marks = Object.keys(markIcons) as readonly Mark[]
