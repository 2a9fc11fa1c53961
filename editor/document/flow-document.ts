import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Drawing, type Flow, type FlowNode, type Place, type Wire, wireKey } from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import { applyOperations } from '#flows/operations/apply-operation.ts'
import type { Change, OwnChange, StepLabel, TakenChange } from '#flows/operations/change.ts'
import { drawingOf } from '#flows/operations/lists.ts'
import type { FieldChange, Operation, Target } from '#flows/operations/operation.ts'
import { operationsBetween } from '#flows/operations/operations-between.ts'
import { Renames } from '#flows/operations/renames.ts'
import { renamesBetween, settleOperations } from '#flows/operations/settle.ts'
import { operationsToUndo } from '#flows/operations/undo-operations.ts'
import { isSameJson } from '#flows/same-json.ts'
import { emptyFragment, type Fragment, GRID, placeFragment, snap } from './fragment.ts'
import { withMembers } from './members.ts'
import { newChangeId } from './new-change-id.ts'
import { joinOperations, type Pending, rebase } from './pending-changes.ts'
import { type DoneChange, type Step, StepLog } from './step-log.ts'

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
  /** The nodes through which one came into it, from the flow inwards; none if it was opened by itself. */
  readonly through: readonly string[]
  /** What stands on the canvas: the flow itself, or the subflow that is open. */
  readonly drawing: Drawing
  /** The nodes of the drawing. */
  readonly byId: ReadonlyMap<string, FlowNode>
  readonly selection: Selection
  /** What the next undo takes back. */
  readonly undo: StepLabel | undefined
  readonly redo: StepLabel | undefined
}

/** A pause that ends a burst of typing, in milliseconds. */
const BURST_PAUSE_MS = 1_500

/** Typing that goes on as one step. */
interface Burst {
  readonly key: string
  readonly step: string
  readonly at: number
}

const nothing: Selection = { nodes: new Set(), wires: new Set(), notes: new Set(), groups: new Set() }

export interface DocumentOptions {
  readonly now: () => number
  readonly isReadOnly?: boolean
  /** What its person has done to it before, oldest first. */
  readonly own?: readonly DoneChange[]
}

/**
 * A flow while it is edited. Everything that changes it is a change in a log, so that everything can be undone and
 * travels to whoever else edits it; the selection stands beside the log. What is done here shows at once and waits
 * in `pending` until it is confirmed; what others do comes in by `receive`, below what is pending. Knows no screen:
 * a canvas, a form and a test drive it the same way.
 */
export class FlowDocument {
  readonly store: StoreApi<DocumentState>
  /** What is not confirmed yet, in the order in which it was done. */
  readonly pending: StoreApi<readonly Pending[]> = createStore<readonly Pending[]>(() => [])
  /** Only to look at: only others change it. */
  readonly isReadOnly: boolean
  readonly #now: () => number
  /** The flow without what is pending. */
  #confirmed: Flow
  #steps: StepLog
  #burst: Burst | undefined
  #isImported = false

  constructor(flow: Flow, options: DocumentOptions) {
    this.#now = options.now
    this.isReadOnly = options.isReadOnly ?? false
    this.#confirmed = flow
    this.#steps = new StepLog(options.own)
    this.store = createStore<DocumentState>(() => ({
      flow,
      scope: undefined,
      through: [],
      drawing: flow,
      byId: indexNodes(flow),
      selection: nothing,
      ...this.#labels(),
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
  /** The nodes through which one came into what is open. */
  get through(): readonly string[] {
    return this.store.getState().through
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
  enter(scope: string | undefined, through: readonly string[] = []): void {
    const drawing = drawingOf(this.flow, scope)
    if (!drawing || (scope === this.scope && isSameList(through, this.through))) return
    this.store.setState({ scope, through, drawing, byId: indexNodes(drawing), selection: nothing })
  }

  /** Adds a node of a type at a place and selects it. Answers its id. `wire` connects it in the same step. */
  addNode(
    node: {
      readonly type: string
      readonly version: number
      readonly at: Place
      readonly config?: FlowNode['config']
      readonly group?: string | undefined
    },
    wire?: (id: string) => Wire,
  ): string {
    const id = this.freeId(node.type)
    const added: FlowNode = {
      id,
      type: node.type,
      at: [node.at[0], node.at[1]],
      ...(node.group !== undefined && { group: node.group }),
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

  /** Takes over a whole flow, as what differs. Undo brings back what stood. */
  replace(flow: Flow, code: 'import' | 'restore'): void {
    const next = { ...flow, id: this.flow.id }
    this.#doAll(operationsBetween(this.flow, next), { code, count: flow.nodes.length })
  }

  /** Ends a burst: what is typed next is a step of its own. */
  seal(): void {
    this.#burst = undefined
  }

  /** What is put in next comes from outside: the flow becomes untrusted with it. */
  noteImport(): void {
    this.#isImported = true
  }

  /** The steps that undo takes back, oldest first. */
  get steps(): readonly Step[] {
    return this.#steps.past
  }

  /** Takes back the last own step that still stands. What others have done since stays. */
  undo(): StepLabel | undefined {
    return this.#takeBack(this.#steps.past.at(-1))
  }

  redo(): StepLabel | undefined {
    return this.#takeBack(this.#steps.future.at(-1))
  }

  /** Takes back own steps, this one last. */
  undoTo(step: string): void {
    while (this.#steps.past.some(({ id }) => id === step)) if (!this.undo()) return
  }

  /** A change has become part of the flow that all share: the next one in order, of this person or of another. */
  receive(change: TakenChange | OwnChange): void {
    if (change.label.code === 'trust') this.#steps.clear()
    const waiting = this.pending.getState()
    const [first, ...rest] = waiting
    if (first?.change.id === change.id && isSameJson(first.change.operations, change.operations)) {
      this.#confirmed = first.after
      this.pending.setState(rest, true)
      if ('inverse' in change) this.#steps.update(change.id, change)
      return
    }
    const own = waiting.find((one) => one.change.id === change.id)
    this.#confirmed = applyOperations(this.#confirmed, change.operations).flow
    if (!own && 'inverse' in change) this.#steps.add(change)
    if (own && 'inverse' in change) this.#steps.update(change.id, change)
    const renames = own ? renamesBetween(own.change.operations, change.operations) : new Renames()
    this.#rebase(
      waiting.filter((one) => one !== own),
      renames,
    )
  }

  /** A pending change is on its way, and stays as it is from now on. */
  markSent(id: string): void {
    this.pending.setState(
      this.pending
        .getState()
        .map((one) => (one.change.id === id && !one.isSent ? { ...one, isSent: true } : one)),
      true,
    )
  }

  /** A pending change is part of the flow already, or, if it was refused, never will be. */
  settle(id: string, isRefused = false): void {
    const waiting = this.pending.getState()
    if (!waiting.some(({ change }) => change.id === id)) return
    if (isRefused) this.#steps.remove(id)
    this.#rebase(waiting.filter(({ change }) => change.id !== id))
  }

  /** Takes over what the server has, with what is pending on top. */
  reset(flow: Flow, own: readonly DoneChange[]): void {
    this.#confirmed = flow
    this.#steps = new StepLog(own)
    const known = new Set(own.map(({ id }) => id))
    const waiting = this.pending.getState().filter(({ change }) => !known.has(change.id))
    for (const { change, inverse } of waiting) this.#steps.add({ ...change, inverse })
    this.#rebase(waiting)
  }

  /** Takes up what was done here before and has not arrived, after a reload or a crash. */
  resume(changes: readonly Change[]): void {
    const known = new Set(this.pending.getState().map(({ change }) => change.id))
    for (const change of changes) if (!known.has(change.id)) this.#append(change, false)
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
    if (this.isReadOnly) return
    const done = applyOperations(this.flow, forward)
    if (done.flow === this.flow) return
    const at = this.#now()
    const last = this.#burst
    const isMore = burst !== undefined && last?.key === burst && at - last.at < BURST_PAUSE_MS
    if (isMore && this.#extend(last.step, forward, done)) this.#burst = { ...last, at }
    else {
      const id = newChangeId()
      const step = isMore ? last.step : id
      this.#append({ id, step, label, operations: forward, ...this.#takeImport() }, burst !== undefined)
      this.#burst = burst === undefined ? undefined : { key: burst, step, at }
    }
  }

  /** Makes more typing part of the last change, while nobody has seen that. */
  #extend(
    step: string,
    operations: readonly Operation[],
    done: { flow: Flow; inverse: readonly Operation[] },
  ) {
    const waiting = this.pending.getState()
    const last = waiting.at(-1)
    if (!last || last.isSent || last.change.step !== step || this.#isImported) return false
    const joined = joinOperations(last.change.operations, operations)
    const inverse = [...done.inverse, ...last.inverse]
    const change = { ...last.change, operations: joined }
    this.#steps.update(change.id, { operations: joined, inverse })
    this.#wait([...waiting.slice(0, -1), { ...last, change, inverse, after: done.flow }])
    return true
  }

  #append(change: Change, isBurst: boolean): void {
    const { flow, operations, inverse } = settleOperations(this.flow, change.operations)
    const settled = { ...change, operations }
    this.#steps.add({ ...settled, inverse })
    this.#wait([
      ...this.pending.getState(),
      { change: settled, inverse, after: flow, isSent: false, isBurst },
    ])
  }

  #takeImport(): { readonly imported?: true } {
    const isImported = this.#isImported
    this.#isImported = false
    return isImported ? { imported: true } : {}
  }

  #takeBack(step: Step | undefined): StepLabel | undefined {
    if (!step || this.isReadOnly) return undefined
    this.seal()
    const id = newChangeId()
    const operations = operationsToUndo(this.flow, step.changes)
    this.#append({ id, step: id, undoes: step.id, label: step.label, operations }, false)
    return step.label
  }

  #rebase(pending: readonly Pending[], renames = new Renames()): void {
    const rebased = rebase(this.#confirmed, pending, renames)
    for (const { change, inverse } of rebased)
      this.#steps.update(change.id, { operations: change.operations, inverse })
    this.#wait(rebased, renames)
  }

  #wait(pending: readonly Pending[], renames = new Renames()): void {
    this.#show(pending.at(-1)?.after ?? this.#confirmed, renames)
    this.pending.setState(pending, true)
  }

  #labels(): Pick<DocumentState, 'undo' | 'redo'> {
    return { undo: this.#steps.past.at(-1)?.label, redo: this.#steps.future.at(-1)?.label }
  }

  #show(flow: Flow, renames: Renames): void {
    const state = this.store.getState()
    const { scope: before } = state
    const wanted = before === undefined ? undefined : renames.get('subflow', undefined, before)
    const open = drawingOf(flow, wanted)
    const [scope, drawing] = open ? [wanted, open] : [undefined, flow]
    const through = open ? state.through : []
    const byId = drawing.nodes === state.drawing.nodes ? state.byId : indexNodes(drawing)
    const selection = renamed(state.selection, before, renames)
    this.store.setState({
      flow,
      scope,
      through,
      drawing,
      byId,
      selection: keepStanding(selection, drawing, byId),
      ...this.#labels(),
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

function renamed(selection: Selection, scope: string | undefined, renames: Renames): Selection {
  if (renames.isEmpty) return selection
  const operation = renames.in({
    kind: 'remove',
    ...Object.fromEntries(lists.map((list) => [list, [...selection[list]]])),
    ...(scope !== undefined && { in: scope }),
  })
  if (operation.kind !== 'remove') return selection
  return Object.fromEntries(lists.map((list) => [list, new Set(operation[list])])) as unknown as Selection
}

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

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, at) => item === b[at])

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item))
