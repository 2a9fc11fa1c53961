import type { Catalogue } from '#flows/catalogue.ts'
import type { Drawing, Flow, FlowNode } from '#flows/flow.ts'
import { withSubflows } from '#flows/subflow-catalogue.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import { noWires, type PortShape, shapeNode } from '../document/node-shape.ts'
import { portTitle } from '../i18n/node-texts.ts'

/** A place where messages arrive, or can be seen. */
export interface End {
  /** `quiet.in`; for a source that is poked, `bell` alone. */
  readonly value: string
  readonly node: string
  /** Names the port where the node has more than one on that side. */
  readonly port: string
}

type EndsOf = (node: FlowNode, inputs: readonly PortShape[], outputs: readonly PortShape[]) => readonly End[]

/** What stands in a flow, with the subflows that it names. */
type Drawn = Drawing & Pick<Flow, 'subflows'>

/** Where a message can be sent to: inputs, and sources, as if they had received or measured it. */
export const sendEnds = (catalogue: Catalogue, drawing: Drawn): readonly End[] =>
  endsOf(catalogue, drawing, (node, inputs) =>
    inputs.length === 0
      ? [{ value: node.id, node: node.id, port: '' }]
      : inputs.map((port) => endOf(catalogue, node, port, inputs)),
  )

/** Where messages can be looked at: every input, and every output. */
export const watchEnds = (catalogue: Catalogue, drawing: Drawn): readonly End[] =>
  endsOf(catalogue, drawing, (node, inputs, outputs) =>
    [...inputs, ...outputs.filter(({ id }) => id !== ERROR_PORT)].map((port, _, all) =>
      endOf(catalogue, node, port, all),
    ),
  )

function endsOf(plain: Catalogue, drawing: Drawn, of: EndsOf): readonly End[] {
  const catalogue = withSubflows(plain, drawing)
  return drawing.nodes.flatMap((node) => {
    const { inputs, outputs } = shapeNode(catalogue, node, noWires)
    return of(node, inputs, outputs)
  })
}

function endOf(
  catalogue: Catalogue,
  node: FlowNode,
  { id, port }: PortShape,
  all: readonly PortShape[],
): End {
  const definition = catalogue.nodes.get(node.type)
  const title = definition ? portTitle(definition, id, port) : ''
  return { value: `${node.id}.${id}`, node: node.id, port: all.length > 1 ? title || id : '' }
}
