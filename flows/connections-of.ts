import type { Catalogue } from './catalogue.ts'
import type { Flow } from './flow.ts'
import { connectionFields } from './lint-flow.ts'

/** The ids of the connections that a flow's nodes name, without those that every thread has itself. */
export function connectionsOf(flow: Flow, catalogue: Catalogue): ReadonlySet<string> {
  const everywhere = new Set(
    [...catalogue.connections.values()].map(({ builtIn }) => builtIn?.isEverywhere && builtIn.id),
  )
  const ids = new Set<string>()
  for (const node of flow.nodes) {
    const definition = catalogue.nodes.get(node.type)
    if (!definition) continue
    for (const { field, type } of connectionFields(definition)) {
      const id = node.config[field] ?? catalogue.connections.get(type)?.builtIn?.id
      if (typeof id === 'string' && id !== '' && !everywhere.has(id)) ids.add(id)
    }
  }
  return ids
}
