import { expect, test } from 'vitest'
import { languages } from '../i18n/language.ts'
import { isIconName } from '../ui/more-icons.ts'
import { contexts } from './action.ts'
import { allActions } from './all-actions.ts'

const actions = contexts.flatMap((context) => allActions[context].map((action) => ({ context, action })))
const keysOf = actions.flatMap(({ context, action }) =>
  (action.keys ?? []).map((keys) => ({ keys, context, id: action.id })),
)
/** Contexts that count at the same time; the list takes the place of the canvas. */
const together = [
  ['everywhere', 'flow', 'canvas'],
  ['everywhere', 'flow', 'list'],
]

/** Undo means what one sees: the drawing while a flow is open, the house on the other pages. */
const meantTwice = new Set(['Mod+Z', 'Mod+Shift+Z', 'Mod+Y'])

test.each(together)('no keys are given twice, not even in two contexts: %s, %s, %s', (...names) => {
  const holders = Map.groupBy(
    keysOf.filter(({ context }) => names.includes(context)),
    ({ keys }) => keys,
  )
  const twice = [...holders].filter(([keys, held]) => held.length > (meantTwice.has(keys) ? 2 : 1))
  expect(twice).toEqual([])
})

test('no two actions have the same id', () => {
  const byId = Map.groupBy(actions, ({ action }) => action.id)
  expect([...byId].filter(([, same]) => same.length > 1).map(([id]) => id)).toEqual([])
})

test('keys are written as they are read', () => {
  const pattern = /^(Mod\+)?(Alt\+)?(Shift\+)?([A-Z]|[^A-Z\s+]|Plus|Space|F\d+|[A-Z][a-z]+[A-Za-z]*)$/
  expect(keysOf.filter(({ keys }) => !pattern.test(keys))).toEqual([])
})

test('none are those that a browser keeps for itself', () => {
  const kept = /^Mod\+(Shift\+)?[TNWQ]$|^Mod\+[LR]$|^F(5|11|12)$/
  expect(keysOf.filter(({ keys }) => kept.test(keys))).toEqual([])
})

test('a letter alone is a key only where the focus is on a part of the page', () => {
  const letters = contexts
    .filter((context) => context === 'everywhere' || context === 'flow')
    .flatMap((context) => allActions[context].flatMap(({ keys = [] }) => keys))
    .filter((keys) => /^[A-Z]$/.test(keys))
  expect(letters).toEqual([])
})

test.each(actions)('$action.id has a title in each language, and an icon', ({ action }) => {
  for (const language of languages) expect(action.title(language)).toMatch(/\S/)
  expect(isIconName(action.icon)).toBe(true)
})
