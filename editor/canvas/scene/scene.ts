import type { Place } from '#flows/flow.ts'
import { type Box, boxAround, contains, grown } from '../../document/box.ts'
import type { Drawn, DrawnNode, DrawnWire } from '../projection.ts'
import { type Curve, curveBox, distanceTo, wireCurve } from './curve.ts'
import { GridIndex } from './grid-index.ts'

/** A node where it stands now, also while it is moved. */
export interface SceneNode {
  readonly id: string
  readonly box: Box
  readonly data: DrawnNode
}

export interface SceneWire {
  readonly key: string
  readonly curve: Curve
  readonly data: DrawnWire
}

/** Pixels by which a wire reaches under its ports, so that no gap shows. */
const UNDER = 4

/**
 * Where everything stands, to be painted and to be found by its place. It follows the drawing and, while
 * something is moved, the hand; only what changes is worked out anew.
 */
export class Scene {
  readonly #nodes = new Map<string, SceneNode>()
  readonly #wires = new Map<string, SceneWire>()
  readonly #wiresOf = new Map<string, Set<string>>()
  readonly #nodeIndex = new GridIndex()
  readonly #wireIndex = new GridIndex()
  readonly #listeners = new Set<() => void>()
  #order: ReadonlyMap<string, number> = new Map()
  #shifted: ReadonlyMap<string, Place> = new Map()
  #version = 0

  /** Takes over what is drawn. */
  show({ nodes, wires }: Drawn): void {
    const touched = new Set<string>()
    this.#order = new Map([...nodes.keys()].map((id, at) => [id, at]))
    for (const id of this.#nodes.keys()) if (!nodes.has(id)) this.#removeNode(id)
    for (const [id, data] of nodes) if (this.#nodes.get(id)?.data !== data) this.#placeNode(id, data, touched)
    for (const key of this.#wires.keys()) if (!wires.has(key)) this.#removeWire(key)
    for (const [key, data] of wires) {
      const isMoved = touched.has(data.start.node) || touched.has(data.end.node)
      if (isMoved || this.#wires.get(key)?.data !== data) this.#placeWire(data)
    }
    this.#tell()
  }

  /** Shows nodes elsewhere than the drawing has them, while they are moved; none of them any more without places. */
  shift(places: ReadonlyMap<string, Place>): void {
    const before = this.#shifted
    this.#shifted = places
    const touched = new Set<string>()
    for (const id of new Set([...before.keys(), ...places.keys()])) {
      const node = this.#nodes.get(id)
      if (node) this.#placeNode(id, node.data, touched)
    }
    const keys = new Set([...touched].flatMap((id) => [...(this.#wiresOf.get(id) ?? [])]))
    for (const key of keys) {
      const wire = this.#wires.get(key)
      if (wire) this.#placeWire(wire.data)
    }
    this.#tell()
  }

  /** Rises with each change. */
  get version(): number {
    return this.#version
  }
  node(id: string): SceneNode | undefined {
    return this.#nodes.get(id)
  }
  wire(key: string): SceneWire | undefined {
    return this.#wires.get(key)
  }
  get nodes(): Iterable<SceneNode> {
    return this.#nodes.values()
  }
  get wires(): Iterable<SceneWire> {
    return this.#wires.values()
  }
  nodesIn(box: Box): SceneNode[] {
    return [...this.#nodeIndex.in(box)].flatMap((id) => this.#nodes.get(id) ?? [])
  }
  /** All wires that may be seen in a box, and perhaps a few beside it. */
  wiresIn(box: Box): SceneWire[] {
    return [...this.#wireIndex.in(box)].flatMap((key) => this.#wires.get(key) ?? [])
  }
  /** The uppermost node at a place. */
  nodeAt(place: Place): SceneNode | undefined {
    return this.inOrder(this.nodesIn(pointBox(place))).findLast(({ box }) => contains(box, place))
  }
  /** Nodes from the lowest to the uppermost: in the order of the file. */
  inOrder(nodes: readonly SceneNode[]): SceneNode[] {
    const orderOf = ({ id }: SceneNode) => this.#order.get(id) ?? 0
    return nodes.toSorted((a, b) => orderOf(a) - orderOf(b))
  }
  /** The wire that is nearest to a place, if one is within a distance. */
  wireAt(place: Place, within: number): SceneWire | undefined {
    let nearest: SceneWire | undefined
    let least = within
    for (const wire of this.wiresIn(grown(pointBox(place), within))) {
      const distance = distanceTo(wire.curve, place)
      if (distance > least) continue
      nearest = wire
      least = distance
    }
    return nearest
  }
  /** Around all nodes, or some. */
  bounds(ids?: Iterable<string>): Box | undefined {
    const nodes = ids ? [...ids].flatMap((id) => this.#nodes.get(id) ?? []) : this.nodes
    return boxAround([...nodes].map(({ box }) => box))
  }

  /** Calls after each change. Answers how to end that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #placeNode(id: string, data: DrawnNode, touched: Set<string>): void {
    const [x, y] = this.#shifted.get(id) ?? data.node.at
    const { width, height } = data.box
    const before = this.#nodes.get(id)
    const isSamePlace = before?.box.x === x && before.box.y === y
    const isSameBox = isSamePlace && before.box.height === height && before.box.width === width
    const box = isSameBox ? before.box : { x, y, width, height }
    this.#nodes.set(id, { id, box, data })
    if (isSameBox) return
    this.#nodeIndex.set(id, box)
    touched.add(id)
  }

  #removeNode(id: string): void {
    this.#nodes.delete(id)
    this.#nodeIndex.delete(id)
  }

  #placeWire(data: DrawnWire): void {
    const { key, start, end, isError } = data
    const [from, to] = [this.#nodes.get(start.node), this.#nodes.get(end.node)]
    if (!from || !to) return
    const under = isError ? [0, -UNDER] : [-UNDER, 0]
    const curve = wireCurve(
      [from.box.x + start.offset[0] + (under[0] ?? 0), from.box.y + start.offset[1] + (under[1] ?? 0)],
      [to.box.x + end.offset[0] + UNDER, to.box.y + end.offset[1]],
      isError,
    )
    this.#wires.set(key, { key, curve, data })
    this.#wireIndex.set(key, curveBox(curve))
    for (const node of [start.node, end.node]) {
      const keys = this.#wiresOf.get(node)
      if (keys) keys.add(key)
      else this.#wiresOf.set(node, new Set([key]))
    }
  }

  #removeWire(key: string): void {
    const wire = this.#wires.get(key)
    this.#wires.delete(key)
    this.#wireIndex.delete(key)
    for (const { node } of wire ? [wire.data.start, wire.data.end] : []) {
      const keys = this.#wiresOf.get(node)
      keys?.delete(key)
      if (keys?.size === 0) this.#wiresOf.delete(node)
    }
  }

  #tell(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}

const pointBox = ([x, y]: Place): Box => ({ x, y, width: 0, height: 0 })
