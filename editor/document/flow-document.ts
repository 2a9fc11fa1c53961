import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Flow, FlowNode, Wire } from '#flows/flow.ts'
import { readEndpoint } from '#flows/flow.ts'
import { type Fragment, GRID, placeFragment, snap } from './fragment.ts'
import { freeId } from './node-ids.ts'
import { applyOperation, type Operation, type Place, wireKey } from './operation.ts'

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
    | 'reload'
  /** How many nodes or wires took part. */
  readonly count: number
}

export interface Selection {
  readonly nodes: ReadonlySet<string>
  /** Keys of wires. */
  readonly wires: ReadonlySet<string>
}

export interface DocumentState {
  readonly flow: Flow
  readonly byId: ReadonlyMap<string, FlowNode>
  readonly selection: Selection
  /** What the next undo takes back. */
  readonly undo: StepLabel | undefined
  readonly redo: StepLabel | undefined
}

interface Step {
  readonly label: StepLabel
  readonly changes: readonly { readonly forward: Operation; readonly back: Operation }[]
  /** Steps in a row with the same key are one step, while the pause between them is short. */
  readonly burst: string | undefined
  readonly at: number
}

/** A pause that ends a burst of typing, in milliseconds. */
const BURST_PAUSE_MS = 1_500
const MAX_STEPS = 1_000

const nothing: Selection = { nodes: new Set(), wires: new Set() }

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
      byId: indexNodes(flow),
      selection: nothing,
      undo: undefined,
      redo: undefined,
    }))
  }

  get flow(): Flow {
    return this.store.getState().flow
  }
  get selection(): Selection {
    return this.store.getState().selection
  }
  node(id: string): FlowNode | undefined {
    return this.store.getState().byId.get(id)
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
    const id = freeId(node.type, (taken) => this.store.getState().byId.has(taken))
    const added: FlowNode = {
      id,
      type: node.type,
      at: [node.at[0], node.at[1]],
      ...(node.version > 1 && { version: node.version }),
      config: node.config ?? {},
    }
    this.#insert(
      { nodes: [added], wires: wire ? [wire(id)] : [], connections: [] },
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
    const { byId, flow } = this.store.getState()
    const placed = placeFragment(fragment, (id) => byId.has(id), corner && this.#freeCorner(corner))
    const standing = new Set(flow.connections.map((connection) => connection.id))
    const connections = fragment.connections.filter(({ id }) => !standing.has(id) && standing.add(id))
    this.#insert({ ...placed, connections }, { code, count: placed.nodes.length })
    return placed.nodes.map((node) => node.id)
  }

  /** Removes nodes with their wires, and wires. */
  remove(selection: Selection): void {
    const { nodes, wires } = selection
    const gone = this.flow.wires.filter(
      (wire) => wires.has(wireKey(wire)) || wire.some((end) => nodes.has(readEndpoint(end).node)),
    )
    const label: StepLabel =
      nodes.size > 0 ? { code: 'remove', count: nodes.size } : { code: 'disconnect', count: wires.size }
    this.#do({ kind: 'remove', nodes: [...nodes], wires: gone.map(wireKey), connections: [] }, label)
  }

  move(places: Readonly<Record<string, Place>>, burst?: 'keys'): void {
    const moved = Object.keys(places)
    this.#do(
      { kind: 'move', places },
      { code: 'move', count: moved.length },
      burst && `move ${moved.join(' ')}`,
    )
  }

  /** Sets fields of a config; typing in one field is one step. */
  configure(node: string, fields: Readonly<Record<string, unknown>>): void {
    const burst = `configure ${node} ${Object.keys(fields).join(' ')}`
    this.#do({ kind: 'configure', node, fields }, { code: 'configure', count: 1 }, burst)
  }

  rename(node: string, name: string | undefined): void {
    this.#do(
      { kind: 'rename', node, name: name || undefined },
      { code: 'rename', count: 1 },
      `rename ${node}`,
    )
  }

  describe(fields: { readonly name?: string; readonly description?: string }): void {
    const { name, description } = this.flow
    const burst = `describe ${Object.keys(fields).join(' ')}`
    this.#do({ kind: 'describe', name, description, ...fields }, { code: 'describe', count: 1 }, burst)
  }

  /** Sets the values for the functions; typing in one row is one step, if it is named by `row`. */
  setEnv(env: Flow['env'], row?: string): void {
    this.#do({ kind: 'env', env }, { code: 'env', count: 1 }, row && `env ${row}`)
  }

  /** Adds a wire. Whether it is legal, `refuseWire` has said before; one that stands already changes nothing. */
  connect(wire: Wire): void {
    this.#insert({ nodes: [], wires: [wire], connections: [] }, { code: 'connect', count: 1 })
  }

  disconnect(keys: readonly string[]): void {
    this.#do(
      { kind: 'remove', nodes: [], wires: keys, connections: [] },
      { code: 'disconnect', count: keys.length },
    )
  }

  /** Takes over a whole flow, for instance what somebody else has saved. Undo brings back what stood. */
  replace(flow: Flow, code: 'import' | 'reload'): void {
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
    this.#run(step.changes.map((change) => change.back).reverse())
    return step.label
  }

  redo(): StepLabel | undefined {
    const step = this.#future.pop()
    if (!step) return undefined
    this.#past.push({ ...step, burst: undefined })
    this.#run(step.changes.map((change) => change.forward))
    return step.label
  }

  select(selection: { readonly nodes?: Iterable<string>; readonly wires?: Iterable<string> }): void {
    const next = { nodes: new Set(selection.nodes), wires: new Set(selection.wires) }
    const { nodes, wires } = this.selection
    if (isSameSet(nodes, next.nodes) && isSameSet(wires, next.wires)) return
    this.store.setState({ selection: next })
  }

  selectAll(): void {
    this.select({ nodes: this.store.getState().byId.keys() })
  }

  #insert(fragment: Fragment, label: StepLabel): void {
    const { flow } = this
    const standing = new Set(flow.wires.map(wireKey))
    const wires = fragment.wires.filter((wire) => standing.size < standing.add(wireKey(wire)).size)
    if (fragment.nodes.length + wires.length === 0) return
    const listAfter = <Item>(length: number, items: readonly Item[]) =>
      items.map((item, offset) => ({ index: length + offset, item }))
    this.#do(
      {
        kind: 'insert',
        nodes: listAfter(flow.nodes.length, fragment.nodes),
        wires: listAfter(flow.wires.length, wires),
        connections: listAfter(flow.connections.length, fragment.connections),
      },
      label,
    )
    if (fragment.nodes.length > 0) this.select({ nodes: fragment.nodes.map((node) => node.id) })
  }

  #do(operation: Operation, label: StepLabel, burst?: string): void {
    if (this.isReadOnly && operation.kind !== 'replace') return
    const { flow, inverse } = applyOperation(this.flow, operation)
    if (flow === this.flow) return
    const last = this.#past.at(-1)
    const at = this.#now()
    const change = { forward: operation, back: inverse }
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
    const byId = flow.nodes === state.flow.nodes ? state.byId : indexNodes(flow)
    this.store.setState({
      flow,
      byId,
      selection: keepStanding(state.selection, flow, byId),
      undo: this.#past.at(-1)?.label,
      redo: this.#future.at(-1)?.label,
    })
  }

  /** Steps down and right until no node stands exactly there, so that pasting twice does not hide the first. */
  #freeCorner(corner: Place): Place {
    const taken = new Set(this.flow.nodes.map((node) => node.at.join()))
    let [x, y] = [snap(corner[0]), snap(corner[1])]
    while (taken.has(`${x},${y}`)) [x, y] = [x + 3 * GRID, y + 3 * GRID]
    return [x, y]
  }
}

const indexNodes = (flow: Flow): ReadonlyMap<string, FlowNode> =>
  new Map(flow.nodes.map((node) => [node.id, node]))

function keepStanding(selection: Selection, flow: Flow, byId: ReadonlyMap<string, FlowNode>): Selection {
  if (selection.nodes.size + selection.wires.size === 0) return selection
  const keys = new Set(selection.wires.size > 0 ? flow.wires.map(wireKey) : [])
  const nodes = new Set([...selection.nodes].filter((id) => byId.has(id)))
  const wires = new Set([...selection.wires].filter((key) => keys.has(key)))
  const isWhole = nodes.size === selection.nodes.size && wires.size === selection.wires.size
  return isWhole ? selection : { nodes, wires }
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item))
