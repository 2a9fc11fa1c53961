import { type Drawing, type FlowNode, readEndpoint, type Wire, wireKey } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Shapes } from './shape-drawing.ts'

/** What a step is for in its rule. */
export type Part = 'when' | 'if' | 'then'

interface Row {
  /** Lasts as long as what it stands for. */
  readonly key: string
  /** 1 for the first step of a rule. */
  readonly depth: number
  /** The row that it folds away with. */
  readonly parent: string | undefined
  /** Among the rows of the same parent, from 1. */
  readonly place: number
  readonly of: number
  readonly hasChildren: boolean
}

/** A node, at the one place where it is listed. */
export interface StepRow extends Row {
  readonly kind: 'step'
  readonly node: FlowNode
  readonly part: Part
  /** It has an input, and nothing leads there. */
  readonly isLoose: boolean
}

/** What goes on from one output of the step above. */
export interface BranchRow extends Row {
  readonly kind: 'branch'
  readonly node: string
  readonly port: string
  /** Missing while nothing is wired there. */
  readonly wire: Wire | undefined
}

/** The rule goes on at a node that is listed elsewhere: paths that meet, and loops. */
export interface JumpRow extends Row {
  readonly kind: 'jump'
  readonly wire: Wire
  readonly to: string
}

export type FlowRow = StepRow | BranchRow | JumpRow

/** Deeper than this a rule goes on below, as one of its own: nobody could read it, least of all on a phone. */
const MOST_DEPTH = 9

type Draft = Bare<StepRow> | Bare<BranchRow> | Bare<JumpRow>
type Bare<Kind extends Row> = Omit<Kind, 'place' | 'of' | 'hasChildren'>

/**
 * A drawing as a list of rules: when this, if that, then this. Each node is listed once; a rule begins where
 * nothing leads to, a chain of single wires stays on one level, what splits becomes branches.
 */
export function listFlow(drawing: Drawing, shapes: Shapes): readonly FlowRow[] {
  return new Lister(drawing, shapes).list()
}

class Lister {
  readonly #drawing: Drawing
  readonly #shapes: Shapes
  readonly #byId: ReadonlyMap<string, FlowNode>
  readonly #leaving: ReadonlyMap<string, readonly Wire[]>
  readonly #arriving: ReadonlySet<string>
  readonly #listed = new Set<string>()
  /** Rules that began too deep. */
  readonly #continued: string[] = []
  readonly #rows: Draft[] = []

  constructor(drawing: Drawing, shapes: Shapes) {
    this.#drawing = drawing
    this.#shapes = shapes
    this.#byId = new Map(drawing.nodes.map((node) => [node.id, node]))
    const wires = [...new Map(drawing.wires.map((wire) => [wireKey(wire), wire])).values()].filter((wire) =>
      wire.every((end) => this.#byId.has(readEndpoint(end).node)),
    )
    this.#leaving = Map.groupBy(wires, ([from]) => readEndpoint(from).node)
    this.#arriving = new Set(
      wires.filter((wire) => nodeAt(wire, 0) !== nodeAt(wire, 1)).map((wire) => nodeAt(wire, 1)),
    )
  }

  list(): readonly FlowRow[] {
    const nodes = [...this.#drawing.nodes].sort((a, b) => a.at[1] - b.at[1] || a.at[0] - b.at[0])
    const starts = nodes.filter(({ id }) => !this.#arriving.has(id))
    // What is left then goes round in circles: it begins anywhere.
    for (const { id } of [...starts, ...nodes]) {
      this.#rule(id)
      for (let next = this.#continued.shift(); next !== undefined; next = this.#continued.shift())
        this.#rule(next)
    }
    return numbered(this.#rows)
  }

  #rule(id: string): void {
    if (this.#listed.has(id)) return
    this.#step(id, 1, undefined)
    this.#follow(id, 2, id)
  }

  #step(id: string, depth: number, parent: string | undefined): void {
    const node = this.#byId.get(id)
    if (!node) throw new Error(`no node ${id}`)
    this.#listed.add(id)
    const shape = this.#shapes.get(id)
    const isLoose = (shape?.inputs.length ?? 0) > 0 && !this.#arriving.has(id)
    this.#rows.push({ kind: 'step', key: id, depth, parent, node, part: this.#part(node), isLoose })
  }

  #part({ id }: FlowNode): Part {
    const shape = this.#shapes.get(id)
    if (shape?.inputs.length === 0 && shape.definition) return 'when'
    return shape?.definition?.group === 'logic' ? 'if' : 'then'
  }

  /** Lists what follows a node: a single wire on the level given, branches below the node. */
  #follow(start: string, depth: number, parent: string): void {
    let id: string | undefined = start
    let below = depth
    while (id !== undefined) {
      const wires: readonly Wire[] = this.#leaving.get(id) ?? []
      const [main, errors] = partition(wires, ([from]) => readEndpoint(from).port !== ERROR_PORT)
      this.#branches(id, ERROR_PORT, errors, below)
      if (!this.#isFork(id, main)) {
        id = main[0] && this.#goOn(main[0], depth, parent)
        below = depth + 1
        continue
      }
      for (const port of this.#ports(id)) {
        const own = main.filter(([from]) => readEndpoint(from).port === port)
        if (own.length === 0) this.#branch(id, port, undefined, below)
        else this.#branches(id, port, own, below)
      }
      return
    }
  }

  #isFork(id: string, main: readonly Wire[]): boolean {
    return main.length > 1 || this.#ports(id).length > 1
  }

  /** The outputs, without the one for errors. */
  #ports(id: string): readonly string[] {
    const outputs = this.#shapes.get(id)?.outputs ?? []
    return outputs.map((port) => port.id).filter((port) => port !== ERROR_PORT)
  }

  #branches(node: string, port: string, wires: readonly Wire[], depth: number): void {
    for (const wire of wires) {
      const key = this.#branch(node, port, wire, depth)
      const next = this.#goOn(wire, depth + 1, key)
      if (next !== undefined) this.#follow(next, depth + 1, key)
    }
  }

  #branch(node: string, port: string, wire: Wire | undefined, depth: number): string {
    const key = wire ? wireKey(wire) : `${node}.${port}`
    this.#rows.push({ kind: 'branch', key, depth, parent: node, node, port, wire })
    return key
  }

  /** Lists where a wire leads to. Answers the node, unless the list goes on elsewhere. */
  #goOn(wire: Wire, depth: number, parent: string): string | undefined {
    const to = nodeAt(wire, 1)
    if (!this.#listed.has(to) && depth <= MOST_DEPTH) {
      this.#step(to, depth, parent)
      return to
    }
    if (!this.#listed.has(to)) this.#continued.push(to)
    this.#rows.push({ kind: 'jump', key: `jump ${wireKey(wire)}`, depth, parent, wire, to })
    return undefined
  }
}

const nodeAt = (wire: Wire, side: 0 | 1): string => readEndpoint(wire[side]).node

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

function numbered(rows: readonly Draft[]): readonly FlowRow[] {
  const children = new Map<string | undefined, number>()
  const places = rows.map(({ parent }) => {
    const place = (children.get(parent) ?? 0) + 1
    children.set(parent, place)
    return place
  })
  return rows.map((row, index) => ({
    ...row,
    place: places[index] ?? 1,
    of: children.get(row.parent) ?? 1,
    hasChildren: children.has(row.key),
  }))
}

/** The rows that show while some are folded. */
export function unfolded(rows: readonly FlowRow[], folded: ReadonlySet<string>): readonly FlowRow[] {
  const hidden = new Set<string>()
  return rows.filter((row) => {
    const isHidden = row.parent !== undefined && (folded.has(row.parent) || hidden.has(row.parent))
    if (isHidden) hidden.add(row.key)
    return !isHidden
  })
}

/** The rows that must be open for a node to show. */
export function above(rows: readonly FlowRow[], key: string): readonly string[] {
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const parents: string[] = []
  for (let row = byKey.get(key); row?.parent !== undefined; row = byKey.get(row.parent))
    parents.push(row.parent)
  return parents
}
