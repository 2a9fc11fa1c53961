import {
  type Drawing,
  type FlowGroup,
  type FlowNode,
  type FlowNote,
  type Place,
  readEndpoint,
  type Wire,
  wireKey,
} from '#flows/flow.ts'
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
  /** The group it is listed in, if any; of the row of a group, that. */
  readonly section: string | undefined
}

/** A node, at the one place where it is listed. */
export interface StepRow extends Row {
  readonly kind: 'step'
  readonly node: FlowNode
  readonly part: Part
  /** It has an input, and nothing leads there. */
  readonly isLoose: boolean
  /** It begins a rule, and this node leads there from elsewhere: from outside of the group, or around a circle. */
  readonly comesFrom: string | undefined
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

/** A frame of the drawing as a section: what stands in it is listed below. */
export interface GroupRow extends Row {
  readonly kind: 'group'
  readonly group: FlowGroup
  /** The nodes that stand in it. */
  readonly nodes: readonly string[]
}

/** A sheet of Markdown, where it stands among the rules. */
export interface NoteRow extends Row {
  readonly kind: 'note'
  readonly note: FlowNote
}

export type FlowRow = StepRow | BranchRow | JumpRow | GroupRow | NoteRow

/** Deeper than this a rule goes on below, as one of its own: nobody could read it, least of all on a phone. */
const MOST_DEPTH = 9

export const groupKey = (group: string): string => `group ${group}`
export const noteKey = (note: string): string => `note ${note}`

type Draft = Bare<StepRow> | Bare<BranchRow> | Bare<JumpRow> | Bare<GroupRow> | Bare<NoteRow>
type Bare<Kind extends Row> = Omit<Kind, 'place' | 'of' | 'hasChildren' | 'section'>

/**
 * A drawing as a list of rules: when this, if that, then this. Each node is listed once; a rule begins where
 * nothing leads to, a chain of single wires stays on one level, what splits becomes branches. A group is a section
 * of its own: a rule that leaves it goes on elsewhere. What stands higher in the drawing stands higher in the list.
 */
export function listFlow(drawing: Drawing, shapes: Shapes): readonly FlowRow[] {
  return new Lister(drawing, shapes).list()
}

/** What stands beside each other: in a group, or in none. */
interface Section {
  readonly nodes: readonly FlowNode[]
  readonly notes: readonly FlowNote[]
}

/** Something with a place of its own among the rules. */
interface Item {
  readonly at: Place
  readonly list: () => void
}

class Lister {
  readonly #drawing: Drawing
  readonly #shapes: Shapes
  readonly #byId: ReadonlyMap<string, FlowNode>
  readonly #sections: ReadonlyMap<string | undefined, Section>
  readonly #leaving: ReadonlyMap<string, readonly Wire[]>
  readonly #arriving: ReadonlyMap<string, readonly Wire[]>
  readonly #listed = new Set<string>()
  /** The group whose section is written. */
  #open: string | undefined
  /** Rules that began too deep. */
  readonly #continued: string[] = []
  readonly #rows: (Draft & Pick<Row, 'section'>)[] = []

  constructor(drawing: Drawing, shapes: Shapes) {
    this.#drawing = drawing
    this.#shapes = shapes
    this.#byId = new Map(drawing.nodes.map((node) => [node.id, node]))
    this.#sections = sectionsOf(drawing)
    const wires = [...new Map(drawing.wires.map((wire) => [wireKey(wire), wire])).values()].filter((wire) =>
      wire.every((end) => this.#byId.has(readEndpoint(end).node)),
    )
    this.#leaving = Map.groupBy(wires, (wire) => nodeAt(wire, 0))
    this.#arriving = Map.groupBy(
      wires.filter((wire) => nodeAt(wire, 0) !== nodeAt(wire, 1)),
      (wire) => nodeAt(wire, 1),
    )
  }

  list(): readonly FlowRow[] {
    const groups = this.#drawing.groups.map((group): Item => {
      const section = this.#sectionOf(group.id)
      return { at: cornerOf(section), list: () => this.#group(group, section) }
    })
    this.#section(this.#sectionOf(undefined), 1, undefined, groups)
    return numbered(this.#rows)
  }

  #add(row: Draft): void {
    this.#rows.push({ ...row, section: this.#open })
  }

  #group(group: FlowGroup, section: Section): void {
    const key = groupKey(group.id)
    const nodes = section.nodes.map(({ id }) => id)
    this.#open = group.id
    this.#add({ kind: 'group', key, depth: 1, parent: undefined, group, nodes })
    this.#section(section, 2, key, [])
    this.#open = undefined
  }

  /** The rules and notes of a section, and whatever else has a place in it. */
  #section(
    { nodes, notes }: Section,
    depth: number,
    parent: string | undefined,
    more: readonly Item[],
  ): void {
    const rules = nodes.map((node) => ({ at: node.at, id: node.id }))
    const starts = rules.filter(({ id }) => !this.#isReached(id))
    const items: readonly Item[] = [
      ...starts.map(({ at, id }) => ({ at, list: () => this.#rules(id, depth, parent) })),
      ...notes.map((note) => ({
        at: note.at,
        list: () => this.#add({ kind: 'note', key: noteKey(note.id), depth, parent, note }),
      })),
      ...more,
    ]
    for (const { list } of items.toSorted(byPlace)) list()
    // What is left then goes round in circles: it begins anywhere.
    for (const { id } of rules.toSorted(byPlace)) this.#rules(id, depth, parent)
  }

  /** Whether the rule of another node of its section leads there. */
  #isReached(id: string): boolean {
    return this.#arriving.get(id)?.some((wire) => this.#isBeside(nodeAt(wire, 0), id)) ?? false
  }

  #isBeside(a: string, b: string): boolean {
    return this.#groupOf(a) === this.#groupOf(b)
  }

  /** One that does not exist counts as none. */
  #groupOf(id: string): string | undefined {
    const group = this.#byId.get(id)?.group
    return group !== undefined && this.#sections.has(group) ? group : undefined
  }

  #sectionOf(group: string | undefined): Section {
    return this.#sections.get(group) ?? { nodes: [], notes: [] }
  }

  /** A rule, and those in which it goes on. */
  #rules(id: string, depth: number, parent: string | undefined): void {
    this.#rule(id, depth, parent)
    for (let next = this.#continued.shift(); next !== undefined; next = this.#continued.shift())
      this.#rule(next, depth, parent)
  }

  #rule(id: string, depth: number, parent: string | undefined): void {
    if (this.#listed.has(id)) return
    const [arriving] = this.#arriving.get(id) ?? []
    this.#step(id, depth, parent, arriving && nodeAt(arriving, 0))
    this.#follow(id, depth + 1, id)
  }

  #step(id: string, depth: number, parent: string | undefined, comesFrom?: string): void {
    const node = this.#byId.get(id)
    if (!node) throw new Error(`no node ${id}`)
    this.#listed.add(id)
    const shape = this.#shapes.get(id)
    const isLoose = (shape?.inputs.length ?? 0) > 0 && !this.#arriving.has(id)
    const part = this.#part(node)
    this.#add({ kind: 'step', key: id, depth, parent, node, part, isLoose, comesFrom })
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
    this.#add({ kind: 'branch', key, depth, parent: node, node, port, wire })
    return key
  }

  /** Lists where a wire leads to. Answers the node, unless the list goes on elsewhere. */
  #goOn(wire: Wire, depth: number, parent: string): string | undefined {
    const to = nodeAt(wire, 1)
    const isOurs = this.#isBeside(nodeAt(wire, 0), to) && !this.#listed.has(to)
    if (isOurs && depth <= MOST_DEPTH) {
      this.#step(to, depth, parent)
      return to
    }
    if (isOurs) this.#continued.push(to)
    this.#add({ kind: 'jump', key: `jump ${wireKey(wire)}`, depth, parent, wire, to })
    return undefined
  }
}

/** By the id of the group; what names none that exists stands in none. */
function sectionsOf({ nodes, notes = [], groups }: Drawing): ReadonlyMap<string | undefined, Section> {
  const known = new Set(groups.map(({ id }) => id))
  const groupOf = ({ group }: FlowNode | FlowNote) =>
    group !== undefined && known.has(group) ? group : undefined
  const [nodesOf, notesOf] = [Map.groupBy(nodes, groupOf), Map.groupBy(notes, groupOf)]
  const ids = new Set([undefined, ...nodesOf.keys(), ...notesOf.keys()])
  return new Map([...ids].map((id) => [id, { nodes: nodesOf.get(id) ?? [], notes: notesOf.get(id) ?? [] }]))
}

/** Nothing stands in an empty group: it comes last. */
const cornerOf = ({ nodes, notes }: Section): Place => {
  const places = [...nodes, ...notes].map(({ at }) => at)
  return [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))]
}

const byPlace = (
  { at: [ax, ay] }: { readonly at: Place },
  { at: [bx, by] }: { readonly at: Place },
): number => compare(ay, by) || compare(ax, bx)
/** As places are: they may be infinite, and then are alike. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const nodeAt = (wire: Wire, side: 0 | 1): string => readEndpoint(wire[side]).node

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

function numbered(rows: readonly (Draft & Pick<Row, 'section'>)[]): readonly FlowRow[] {
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
