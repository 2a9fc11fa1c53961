import type { Drawing, Subflow } from './flow.ts'
import { subflowOf } from './subflow.ts'

/** So many nodes and wires may a flow have with all that stands in its subflows. */
export const MOST_NODES = 5_000
const MOST_WIRES = 20_000
/** So many characters may the settings have that stand in its subflows, once for each place of these. */
export const MOST_CHARACTERS = 10_000_000

/** What something adds to a flow. */
export interface Size {
  readonly nodes: number
  readonly wires: number
  readonly characters: number
}

/** What a subflow adds to a flow, with all that stands in it. One that contains itself is not among them. */
export type SubflowSizes = ReadonlyMap<string, Size>

/** The work grows with what is drawn, not with what it would become: each level may double it, and a file may be hostile. */
export function subflowSizes(subflows: readonly Subflow[]): SubflowSizes {
  const byId = new Map(subflows.map((subflow) => [subflow.id, subflow]))
  const endless = containingThemselves(subflows)
  const sizes = new Map<string, Size>()
  const sizeOf = (subflow: Subflow): Size => {
    const known = sizes.get(subflow.id)
    if (known) return known
    const own = { nodes: 0, wires: subflow.wires.length, characters: lengthOf(subflow.env) }
    const size = subflow.nodes.reduce((sum: Size, node) => {
      const inner = byId.get(subflowOf(node) ?? '')
      const one = { nodes: 1, wires: 0, characters: lengthOf(node.config) }
      return add(sum, inner && !endless.has(inner.id) ? sizeOf(inner) : one)
    }, own)
    sizes.set(subflow.id, size)
    return size
  }
  for (const subflow of subflows) if (!endless.has(subflow.id)) sizeOf(subflow)
  return sizes
}

const lengthOf = (value: unknown): number => (value === undefined ? 0 : JSON.stringify(value).length)

const add = (a: Size, b: Size): Size => ({
  nodes: a.nodes + b.nodes,
  wires: a.wires + b.wires,
  characters: a.characters + b.characters,
})

/** What is left of the room that a flow has for its subflows; nothing if this one does not fit in. */
export function roomAfter(room: Size, { nodes, wires, characters }: Size): Size | undefined {
  const left = add(room, { nodes: -nodes, wires: -wires, characters: -characters })
  return left.nodes < 0 || left.wires < 0 || left.characters < 0 ? undefined : left
}

/** The room that a flow has for its subflows. */
export const roomIn = ({ nodes, wires }: Drawing): Size => ({
  nodes: MOST_NODES - nodes.length,
  wires: MOST_WIRES - wires.length,
  characters: MOST_CHARACTERS,
})

/** The subflows that stand somewhere in themselves. */
export function containingThemselves(subflows: readonly Subflow[]): ReadonlySet<string> {
  const known = new Set(subflows.map(({ id }) => id))
  const inside = new Map(
    subflows.map(({ id, nodes }) => [
      id,
      new Set(nodes.map((node) => subflowOf(node) ?? '').filter((inner) => known.has(inner))),
    ]),
  )
  return new Set(
    subflows.flatMap(({ id }) => {
      const reached = new Set(inside.get(id))
      // a set that grows while it is gone through is gone through to its new end
      for (const next of reached) for (const inner of inside.get(next) ?? []) reached.add(inner)
      return reached.has(id) ? [id] : []
    }),
  )
}
