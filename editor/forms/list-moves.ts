import type { ListMove } from '../document/commands/outputs.ts'

/** A list that was changed, and how its entries have moved by that. */
export interface MovedList<Item> {
  readonly items: readonly Item[]
  readonly move: ListMove
}

const places = (items: readonly unknown[]): ListMove => [...items.keys()]

export const withAdded = <Item>(items: readonly Item[], item: Item): MovedList<Item> => ({
  items: [...items, item],
  move: [...places(items), undefined],
})

export const without = <Item>(items: readonly Item[], index: number): MovedList<Item> => ({
  items: items.toSpliced(index, 1),
  move: places(items).toSpliced(index, 1),
})

/** With two entries in each other's place. */
export const withSwapped = <Item>(items: readonly Item[], a: number, b: number): MovedList<Item> => ({
  items: swapped(items, a, b),
  move: swapped(places(items), a, b),
})

const swapped = <Item>(items: readonly Item[], a: number, b: number): readonly Item[] =>
  items.map((item, index) => (index === a ? (items[b] ?? item) : index === b ? (items[a] ?? item) : item))
