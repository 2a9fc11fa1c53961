import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, type FlowNode, readEndpoint } from '#flows/flow.ts'
import { type NodeShape, noWires, shapeNode, type WiredPorts } from './node-shape.ts'

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
    const wired = wiredPorts(drawing)
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

function wiredPorts({ wires }: Drawing): ReadonlyMap<string, WiredPorts> {
  const wired = new Map<string, { inputs: string[]; outputs: string[] }>()
  const portsOf = (node: string) => {
    const ports = wired.get(node) ?? { inputs: [], outputs: [] }
    wired.set(node, ports)
    return ports
  }
  for (const [from, to] of wires) {
    const [start, end] = [readEndpoint(from), readEndpoint(to)]
    portsOf(start.node).outputs.push(start.port)
    portsOf(end.node).inputs.push(end.port)
  }
  return wired
}
