/** A card to be placed, by the centre that it had in Node-RED. */
export interface Card {
  readonly x: number
  readonly y: number
  /** Output ports; several of them make a card higher. */
  readonly outputs: number
  /** Was not in the drawing: it finds a place, and nothing is stretched for it. */
  readonly isNew: boolean
}

type Place = readonly [number, number]

const WIDTH = 176
const HEAD_HEIGHT = 48
const ROW_HEIGHT = 24
const GRID = 8
/** Least room between cards, for wires and the eye. */
const GAP = [32, 24] as const
const stretches = [1, 1.15, 1.3, 1.5, 1.75, 2] as const

/** Drawings of more cards are stretched as most need it, without a look at each pair. */
const MOST_COMPARED = 1_000
const usual = [1.3, 1.5] as const

const heightOf = ({ outputs }: Card): number => HEAD_HEIGHT + (outputs > 1 ? outputs * ROW_HEIGHT : 0)

/** Makes a drawing of Node-RED's fit our larger cards: by as little stretching as will do, then by moving cards down. */
export function placeCards(cards: readonly Card[]): {
  readonly at: readonly Place[]
  readonly stretch: Place
} {
  const stretch = findStretch(cards.filter(({ isNew }) => !isNew))
  const placed: Box[] = []
  const places = new Map<Card, Place>()
  for (const card of cards.toSorted((a, b) => Number(a.isNew) - Number(b.isNew))) {
    const box = boxOf(card, stretch)
    const free = { ...box, top: freeTop(box, placed) }
    placed.splice(indexBelow(placed, free.top), 0, free)
    places.set(card, [free.left, free.top])
  }
  return { at: cards.map((card) => places.get(card) ?? [0, 0]), stretch }
}

interface Box {
  readonly left: number
  readonly top: number
  readonly height: number
}

/** The nearest place on the grid. */
export const snap = (value: number): number => Math.round(value / GRID) * GRID || 0

function boxOf(card: Card, [sx, sy]: Place): Box {
  const height = heightOf(card)
  return { left: snap(card.x * sx - WIDTH / 2), top: snap(card.y * sy - HEAD_HEIGHT / 2), height }
}

/** The pair of factors with the least product at which no cards touch; the largest if none is enough. */
function findStretch(cards: readonly Card[]): Place {
  if (cards.length > MOST_COMPARED) return usual
  const pairs = stretches.flatMap((sx) => stretches.map((sy) => [sx, sy] as const))
  const bySize = pairs.toSorted((a, b) => a[0] * a[1] - b[0] * b[1])
  return bySize.find((pair) => !touch(cards.map((card) => boxOf(card, pair)))) ?? usual
}

function touch(boxes: readonly Box[]): boolean {
  const byLeft = boxes.toSorted((a, b) => a.left - b.left)
  return byLeft.some((box, index) => {
    for (let next = index + 1; next < byLeft.length; next++) {
      const other = byLeft[next]
      if (!other || other.left - box.left >= WIDTH + GAP[0]) return false
      if (overlap(box, other, box.top)) return true
    }
    return false
  })
}

/** Whether a box with its top there would touch another. */
const overlap = (box: Box, other: Box, top: number): boolean =>
  Math.abs(box.left - other.left) < WIDTH + GAP[0] &&
  top < other.top + other.height + GAP[1] &&
  other.top < top + box.height + GAP[1]

/** The first free place at or below a box. `placed` is sorted by the top, so that one look at each is enough. */
function freeTop(box: Box, placed: readonly Box[]): number {
  let top = box.top
  for (const other of placed)
    if (overlap(box, other, top)) top = snap(other.top + other.height + GAP[1] + GRID / 2)
  return top
}

function indexBelow(placed: readonly Box[], top: number): number {
  const index = placed.findIndex((box) => box.top > top)
  return index === -1 ? placed.length : index
}
