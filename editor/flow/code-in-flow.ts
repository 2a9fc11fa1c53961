import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode } from '#flows/flow.ts'
import { readFields } from '../forms/read-fields.ts'

/** What somebody wrote into a node, and what will run. */
export interface NodeCode {
  readonly node: FlowNode
  readonly field: string
  readonly code: string
}

/** The code of all nodes that have some; what stands at its default is not worth reading. */
export const codeIn = (nodes: readonly FlowNode[], catalogue: Catalogue): readonly NodeCode[] =>
  nodes.flatMap((node) => {
    const definition = catalogue.nodes.get(node.type)
    if (!definition) return []
    return readFields(definition.config)
      .filter(({ meta }) => meta['control'] === 'code')
      .flatMap(({ name }) => {
        const code = node.config[name]
        return typeof code === 'string' && code.trim() !== '' ? [{ node, field: name, code }] : []
      })
  })
