import type { PortMap } from '#kit/kinds.ts'
import type { Catalogue } from './catalogue.ts'
import type { Flow } from './flow.ts'
import { SUBFLOW, subflowPorts } from './subflow.ts'

/** The catalogue as it is in a flow: there, a node that stands for a subflow has the ports of that. */
export function withSubflows(
  catalogue: Catalogue,
  { subflows = [] }: Pick<Flow, 'subflows'>,
  within?: string,
): Catalogue {
  const plain = catalogue.nodes.get(SUBFLOW)
  if (!plain || subflows.length === 0) return catalogue
  const ports = new Map(subflows.map((subflow) => [subflow.id, subflowPorts(subflow)]))
  const names = new Map(subflows.map(({ id, name }) => [id, name]))
  const definition = {
    ...plain,
    inputs: ({ subflow }: Config): PortMap => ports.get(subflow)?.inputs ?? {},
    outputs: ({ subflow }: Config): PortMap => ports.get(subflow)?.outputs ?? {},
    caption: ({ subflow }: Config): string => names.get(subflow) ?? '',
  }
  return { ...catalogue, nodes: new Map(catalogue.nodes).set(SUBFLOW, definition), subflows, within }
}

interface Config {
  readonly subflow: string
}
