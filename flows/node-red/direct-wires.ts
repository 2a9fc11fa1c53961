import { texts } from './entries.ts'
import type { Drawn } from './sheets.ts'

/** A node that stays, and the nodes that each of its outputs leads to. */
export interface DirectNode {
  readonly node: Drawn
  readonly wires: readonly (readonly string[])[]
}

/** Steps that following wires may take in one sheet: a hostile file can make them many millions. */
const MOST_STEPS = 500_000

/**
 * Takes junctions and links out of a sheet and lets wires lead where they led through them. A link with
 * a partner on another sheet stays, too, as the place where that wire ends. Answers `undefined` for a
 * sheet whose wires are without measure.
 */
export function directWires(nodes: readonly Drawn[]): readonly DirectNode[] | undefined {
  // what is disabled may be enabled again, but nothing forwards to where it does not lead itself
  const isGone = (node: Drawn) => node.isDisabled && isForwarder(node)
  const standing = new Map(nodes.filter((node) => !isGone(node)).map((node) => [node.id, node]))
  const links = linkTargets(nodes, standing)
  const isKept = (node: Drawn) => node.isDisabled || !isForwarder(node) || links.open.has(node.id)
  let steps = 0

  /** Real nodes that a wire to any of these leads to. */
  const follow = (targets: readonly string[]): readonly string[] => {
    const seen = new Set<string>()
    const found: string[] = []
    const open = [targets.values()]
    for (let wires = open.at(-1); wires && steps < MOST_STEPS; wires = open.at(-1)) {
      steps += 1
      const { value: id, done } = wires.next()
      const node = done ? undefined : standing.get(id)
      if (done) open.pop()
      if (!node || seen.has(node.id)) continue
      seen.add(node.id)
      if (isKept(node)) found.push(node.id)
      if (isForwarder(node)) open.push((links.targets.get(node.id) ?? node.wires[0] ?? []).values())
    }
    return found
  }
  const direct = nodes.filter(isKept).map((node) => ({ node, wires: node.wires.map(follow) }))
  return steps < MOST_STEPS ? direct : undefined
}

const isForwarder = ({ type }: Drawn): boolean =>
  type === 'junction' || type === 'link in' || type === 'link out'

interface Links {
  /** Where a `link out` leads on this sheet. */
  readonly targets: ReadonlyMap<string, readonly string[]>
  /** Links that lead to another sheet, are called, or have no partner. */
  readonly open: ReadonlySet<string>
}

/** Partners may be named at one end only. */
function linkTargets(nodes: readonly Drawn[], standing: ReadonlyMap<string, Drawn>): Links {
  const partners = new Map<string, Set<string>>()
  const join = (a: string, b: string) => partners.set(a, (partners.get(a) ?? new Set()).add(b))
  const links = nodes.filter(({ type, isDisabled }) => /^link (in|out|call)$/.test(type) && !isDisabled)
  for (const link of links) {
    for (const partner of texts(link.raw, 'links')) {
      join(link.id, partner)
      join(partner, link.id)
    }
  }
  const isDirect = (end: Drawn, partner: string) => {
    const type = standing.get(partner)?.type
    return end.type === 'link in' ? type === 'link out' : type === 'link in'
  }
  const targets = new Map<string, readonly string[]>()
  const open = new Set<string>()
  for (const link of links) {
    const own = [...(partners.get(link.id) ?? [])]
    if (link.type === 'link out')
      targets.set(
        link.id,
        own.filter((partner) => isDirect(link, partner)),
      )
    if (own.length === 0 || !own.every((partner) => isDirect(link, partner))) open.add(link.id)
  }
  return { targets, open }
}
