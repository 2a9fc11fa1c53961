import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Drawing, type Flow, type FlowNode, type Place, type Wire, wireKey } from '#flows/flow.ts'
import { applyOperation, applyOperations } from '#flows/operations/apply-operation.ts'
import { drawingOf } from '#flows/operations/lists.ts'
import type { FieldChange, Operation, Target } from '#flows/operations/operation.ts'
import { emptyFragment, type Fragment, GRID, placeFragment, snap } from './fragment.ts'
import { withMembers } from './members.ts'
import { freeId } from './node-ids.ts'

/** What undo and redo call a step; the page turns it into a sentence. */
export interface StepLabel {
  readonly code:
    | 'add'
    | 'remove'
    | 'move'
    | 'configure'
    | 'rename'
    | 'describe'
    | 'env'
    | 'connect'
    | 'disconnect'
    | 'paste'
    | 'import'
    | 'set'
    | 'group'
    | 'ungroup'
    | 'note'
    | 'subflow'
    | 'arrange'
    | 'tests'
    | 'messages'
    | 'restore'
    | 'reload'
  /** How many nodes or wires took part. */
  readonly count: number
}

export interface Selection {
  readonly nodes: ReadonlySet<string>
  /** Keys of wires. */
  readonly wires: ReadonlySet<string>
  readonly notes: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

/** What is selected or named in other ways, by id. What is left out means none. */
export type Named = { readonly [List in keyof Selection]?: Iterable<string> }

export interface DocumentState {
  readonly flow: Flow
  /** The subflow that is open, if any; what is drawn and changed is in there. */
  readonly scope: string | undefined
  /** What stands on the canvas: the flow itself, or the subflow that is open. */
  readonly drawing: Drawing
  /** The nodes of the drawing. */
  readonly byId: ReadonlyMap<string, FlowNode>
  readonly selection: Selection
  /** What the next undo takes back. */
  readonly undo: StepLabel | undefined
  readonly redo: StepLabel | undefined
}

interface Step {
  readonly label: StepLabel
  readonly changes: readonly { readonly forward: readonly Operation[]; readonly back: readonly Operation[] }[]
  /** Steps in a row with the same key are one step, while the pause between them is short. */
  readonly burst: string | undefined
  readonly at: number
}

/** A pause that ends a burst of typing, in milliseconds. */
const BURST_PAUSE_MS = 1_500
const MAX_STEPS = 1_000

const nothing: Selection = { nodes: new Set(), wires: new Set(), notes: new Set(), groups: new Set() }

/**
 * A flow while it is edited. Everything that changes it goes through one log, so that everything can
 * be undone; the selection stands beside the log. Knows no screen: a canvas, a form and a test drive
 * it the same way.
 */
export class FlowDocument {
  readonly store: StoreApi<DocumentState>
  /** Only to look at: it changes only as a whole, when others have saved. */
  readonly isReadOnly: boolean
  readonly #now: () => number
  #past: Step[] = []
  #future: Step[] = []

  constructor(flow: Flow, options: { readonly now: () => number; readonly isReadOnly?: boolean }) {
    this.#now = options.now
    this.isReadOnly = options.isReadOnly ?? false
    this.store = createStore<DocumentState>(() => ({
      flow,
      scope: undefined,
      drawing: flow,
      byId: indexNodes(flow),
      selection: nothing,
      undo: undefined,
      redo: undefined,
    }))
  }

  get flow(): Flow {
    return this.store.getState().flow
  }
  get drawing(): Drawing {
    return this.store.getState().drawing
  }
  get scope(): string | undefined {
    return this.store.getState().scope
  }
  get selection(): Selection {
    return this.store.getState().selection
  }
  node(id: string): FlowNode | undefined {
    return this.store.getState().byId.get(id)
  }
  /** An id that no node and no note of the drawing has. */
  freeId(wanted: string): string {
    return freeId(wanted, (id) => this.node(id) !== undefined || hasNote(this.drawing, id))
  }

  /** Opens a subflow on the canvas, or the flow itself again. */
  enter(scope: string | undefined): void {
    const drawing = drawingOf(this.flow, scope)
    if (!drawing || scope === this.scope) return
    this.store.setState({ scope, drawing, byId: indexNodes(drawing), selection: nothing })
  }

  /** Adds a node of a type at a place and selects it. Answers its id. `wire` connects it in the same step. */
  addNode(
    node: {
      readonly type: string
      readonly version: number
      readonly at: Place
      readonly config?: FlowNode['config']
    },
    wire?: (id: string) => Wire,
  ): string {
    const id = this.freeId(node.type)
    const added: FlowNode = {
      id,
      type: node.type,
      at: [node.at[0], node.at[1]],
      ...(node.version > 1 && { version: node.version }),
      config: node.config ?? {},
    }
    this.#insert(
      { ...emptyFragment, nodes: [added], wires: wire ? [wire(id)] : [] },
      { code: 'add', count: 1 },
    )
    return id
  }

  /** Adds a part of a flow with ids of its own and selects it. Answers the new ids. */
  paste(
    fragment: Fragment,
    corner: Place | undefined,
    code: 'paste' | 'import' = 'paste',
  ): readonly string[] {
    const { flow, drawing } = this
    const { nodes, groups, notes = [] } = drawing
    const placed = placeFragment(fragment, {
      ...{ nodes, groups, notes, subflows: flow.subflows ?? [] },
      corner: corner && this.#freeCorner(corner),
    })
    const standing = new Set(flow.connections.map((connection) => connection.id))
    const connections = fragment.connections.filter(({ id }) => !standing.has(id) && standing.add(id))
    this.#insert({ ...placed, connections }, { code, count: placed.nodes.length + placed.notes.length })
    return placed.nodes.map((node) => node.id)
  }

  /** Removes nodes with their wires, wires, notes, and groups with all that stands in them. */
  remove(named: Named): void {
    const wires = [...(named.wires ?? [])]
    const { nodes, notes, groups } = withMembers(this.drawing, named)
    const count = nodes.length + notes.length
    const label: StepLabel =
      count > 0 ? { code: 'remove', count } : { code: 'disconnect', count: wires.length }
    this.#do({ kind: 'remove', nodes, wires, notes, groups }, label)
  }

  move(places: Readonly<Record<string, Place>>, burst?: 'keys'): void {
    const moved = Object.keys(places)
    this.#do(
      { kind: 'move', places },
      { code: 'move', count: moved.length },
      burst && `move ${moved.join(' ')}`,
    )
  }

  /** Sets fields of a config, `undefined` removes one; typing in one field is one step. */
  configure(node: string, fields: Readonly<Record<string, unknown>>): void {
    const burst = `configure ${node} ${Object.keys(fields).join(' ')}`
    this.#do(
      { kind: 'configure', target: { kind: 'node', id: node }, ...fieldChange(fields) },
      { code: 'configure', count: 1 },
      burst,
    )
  }

  rename(node: string, name: string | undefined): void {
    this.set({ kind: 'node', id: node }, { name: name || undefined }, { code: 'rename', count: 1 }, 'name')
  }

  describe(fields: { readonly name?: string; readonly description?: string }): void {
    this.set({ kind: 'flow' }, fields, { code: 'describe', count: 1 }, Object.keys(fields).join(' '))
  }

  /** Sets the values for the functions; typing in one row is one step, if it is named by `row`. */
  setEnv(env: Flow['env'], row?: string): void {
    this.set({ kind: 'flow' }, { env }, { code: 'env', count: 1 }, row && `env ${row}`)
  }

  /** Sets fields of the flow or of an item, `undefined` removes one. Calls in a row with the same `burst` are one step. */
  set(
    target: Target,
    fields: Readonly<Record<string, unknown>>,
    label: StepLabel = { code: 'set', count: 1 },
    burst?: string,
  ): void {
    this.#do(
      { kind: 'set', target, ...fieldChange(fields) },
      label,
      burst && `set ${'id' in target ? target.id : ''} ${burst}`,
    )
  }

  /** Several operations as one step. */
  change(operations: readonly Operation[], label: StepLabel): void {
    this.#doAll(operations, label)
  }

  /** Adds a wire. Whether it is legal, `refuseWire` has said before; one that stands already changes nothing. */
  connect(wire: Wire): void {
    this.#insert({ ...emptyFragment, wires: [wire] }, { code: 'connect', count: 1 })
  }

  disconnect(keys: readonly string[]): void {
    this.#do({ kind: 'remove', wires: keys }, { code: 'disconnect', count: keys.length })
  }

  /** Takes over a whole flow, for instance what somebody else has saved. Undo brings back what stood. */
  replace(flow: Flow, code: 'import' | 'reload' | 'restore'): void {
    this.#do({ kind: 'replace', flow }, { code, count: flow.nodes.length })
  }

  /** Ends a burst: what is typed next is a step of its own. */
  seal(): void {
    const last = this.#past.at(-1)
    if (last?.burst) this.#past[this.#past.length - 1] = { ...last, burst: undefined }
  }

  undo(): StepLabel | undefined {
    const step = this.#past.pop()
    if (!step) return undefined
    this.#future.push(step)
    this.#run(step.changes.toReversed().flatMap((change) => change.back))
    return step.label
  }

  redo(): StepLabel | undefined {
    const step = this.#future.pop()
    if (!step) return undefined
    this.#past.push({ ...step, burst: undefined })
    this.#run(step.changes.flatMap((change) => change.forward))
    return step.label
  }

  select({ nodes, wires, notes, groups }: Named): void {
    const next: Selection = {
      nodes: new Set(nodes),
      wires: new Set(wires),
      notes: new Set(notes),
      groups: new Set(groups),
    }
    const { selection } = this
    if (lists.every((list) => isSameSet(selection[list], next[list]))) return
    this.store.setState({ selection: next })
  }

  selectAll(): void {
    this.select({
      nodes: this.store.getState().byId.keys(),
      notes: this.drawing.notes?.map(({ id }) => id) ?? [],
    })
  }

  #insert(fragment: Fragment, label: StepLabel): void {
    const { flow, drawing } = this
    const listAfter = <Item>(length: number, items: readonly Item[]) =>
      items.map((item, offset) => ({ index: length + offset, item }))
    this.#do(
      {
        kind: 'insert',
        nodes: listAfter(drawing.nodes.length, fragment.nodes),
        wires: listAfter(drawing.wires.length, fragment.wires),
        groups: listAfter(drawing.groups.length, fragment.groups),
        notes: listAfter(drawing.notes?.length ?? 0, fragment.notes),
        connections: listAfter(flow.connections.length, fragment.connections),
        subflows: listAfter(flow.subflows?.length ?? 0, fragment.subflows),
      },
      label,
    )
    const { nodes, notes } = fragment
    if (nodes.length + notes.length > 0)
      this.select({ nodes: nodes.map(({ id }) => id), notes: notes.map(({ id }) => id) })
  }

  #do(operation: Operation, label: StepLabel, burst?: string): void {
    this.#doAll([operation], label, burst)
  }

  #doAll(operations: readonly Operation[], label: StepLabel, burst?: string): void {
    const forward = this.scope === undefined ? operations : operations.map((each) => within(each, this.scope))
    if (this.isReadOnly && operations.some(({ kind }) => kind !== 'replace')) return
    const { flow, inverse } = applyOperations(this.flow, forward)
    if (flow === this.flow) return
    const last = this.#past.at(-1)
    const at = this.#now()
    const change = { forward, back: inverse }
    if (last && burst !== undefined && last.burst === burst && at - last.at < BURST_PAUSE_MS)
      this.#past[this.#past.length - 1] = { ...last, at, changes: [...last.changes, change] }
    else this.#past.push({ label, burst, at, changes: [change] })
    if (this.#past.length > MAX_STEPS) this.#past.shift()
    this.#future = []
    this.#show(flow)
  }

  #run(operations: readonly Operation[]): void {
    this.#show(operations.reduce((flow, operation) => applyOperation(flow, operation).flow, this.flow))
  }

  #show(flow: Flow): void {
    const state = this.store.getState()
    const open = drawingOf(flow, state.scope)
    const [scope, drawing] = open ? [state.scope, open] : [undefined, flow]
    const byId = drawing.nodes === state.drawing.nodes ? state.byId : indexNodes(drawing)
    this.store.setState({
      flow,
      scope,
      drawing,
      byId,
      selection: keepStanding(state.selection, drawing, byId),
      undo: this.#past.at(-1)?.label,
      redo: this.#future.at(-1)?.label,
    })
  }

  /** Steps down and right until no node stands exactly there, so that pasting twice does not hide the first. */
  #freeCorner(corner: Place): Place {
    const taken = new Set([...this.drawing.nodes, ...(this.drawing.notes ?? [])].map(({ at }) => at.join()))
    let [x, y] = [snap(corner[0]), snap(corner[1])]
    while (taken.has(`${x},${y}`)) [x, y] = [x + 3 * GRID, y + 3 * GRID]
    return [x, y]
  }
}

const indexNodes = ({ nodes }: Drawing): ReadonlyMap<string, FlowNode> =>
  new Map(nodes.map((node) => [node.id, node]))

function keepStanding(
  selection: Selection,
  drawing: Drawing,
  byId: ReadonlyMap<string, FlowNode>,
): Selection {
  const ids = (items: readonly { readonly id: string }[] = []) => new Set(items.map(({ id }) => id))
  const standing: Record<keyof Selection, () => { has(id: string): boolean }> = {
    nodes: () => byId,
    wires: () => new Set(drawing.wires.map(wireKey)),
    notes: () => ids(drawing.notes),
    groups: () => ids(drawing.groups),
  }
  const keep = (list: keyof Selection): ReadonlySet<string> => {
    if (selection[list].size === 0) return selection[list]
    const there = standing[list]()
    return new Set([...selection[list]].filter((id) => there.has(id)))
  }
  const kept = { nodes: keep('nodes'), wires: keep('wires'), notes: keep('notes'), groups: keep('groups') }
  return lists.every((list) => kept[list].size === selection[list].size) ? selection : kept
}

const lists = ['nodes', 'wires', 'notes', 'groups'] as const

const hasNote = ({ notes }: Drawing, id: string): boolean => notes?.some((note) => note.id === id) ?? false

/** An operation of the canvas changes what is open there; those on the flow as a whole stay. */
const within = (operation: Operation, scope: string | undefined): Operation =>
  operation.kind === 'replace' || scope === undefined || 'in' in operation
    ? operation
    : { ...operation, in: scope }

const fieldChange = (fields: Readonly<Record<string, unknown>>): FieldChange => {
  const gone = Object.keys(fields).filter((key) => fields[key] === undefined)
  const set = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { fields: Object.fromEntries(set), ...(gone.length > 0 && { gone }) }
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item))
