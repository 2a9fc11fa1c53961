import type { Catalogue } from '#flows/catalogue.ts'
import type { Drawing, FlowNode } from '#flows/flow.ts'
import { type NodeShape, noWires, shapeNode, type WiredPorts, wiredPorts } from './node-shape.ts'

/** Shapes of the nodes of a drawing, by id. */
export type Shapes = ReadonlyMap<string, NodeShape>

interface Known {
  readonly ports: string
  readonly shape: NodeShape
}

/** Shapes of all nodes. What has not changed is not read again: keep one for as long as a drawing is looked at. */
export class DrawingShapes {
  readonly #catalogue: Catalogue
  readonly #known = new WeakMap<FlowNode, Known>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  of(drawing: Drawing): Shapes {
    const wired = wiredPorts(drawing.wires)
    return new Map(drawing.nodes.map((node) => [node.id, this.#shape(node, wired.get(node.id) ?? noWires)]))
  }

  #shape(node: FlowNode, wired: WiredPorts): NodeShape {
    const ports = `${wired.inputs.join()} ${wired.outputs.join()}`
    const before = this.#known.get(node)
    if (before?.ports === ports) return before.shape
    const shape = shapeNode(this.#catalogue, node, wired)
    this.#known.set(node, { ports, shape })
    return shape
  }
}
