import { type Flow, wireKey } from '#flows/flow.ts'
import { isSameJson } from '#flows/same-json.ts'

/** How many things differ between what runs and what is drawn: nodes, wires, the flow's own texts, and its values. */
export function countChanges(running: Flow | undefined, draft: Flow): number {
  if (!running) return draft.nodes.length + draft.wires.length
  const nodes = countDifferences(
    byKey(running.nodes, (node) => node.id),
    byKey(draft.nodes, (node) => node.id),
  )
  const wires = countDifferences(byKey(running.wires, wireKey), byKey(draft.wires, wireKey))
  const texts = Number(running.name !== draft.name) + Number(running.description !== draft.description)
  const env = Number(!isSameJson(running.env ?? {}, draft.env ?? {}))
  return nodes + wires + texts + env
}

const byKey = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [keyOf(item), item]))

function countDifferences(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): number {
  const gone = [...before.keys()].filter((key) => !after.has(key)).length
  const changed = [...after].filter(([key, item]) => !before.has(key) || !isSameJson(before.get(key), item))
  return gone + changed.length
}
