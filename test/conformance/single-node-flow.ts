import { emptyFlow, type Flow } from '#flows/flow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { Kind } from '#kit/kinds.ts'
import { portsOf, schemaOf } from './texts.ts'

export const NODE = 'probe'
const THROWER = 'thrower'

/** A flow of one node, its connections, and behind each of its outputs, on request, a node that throws. */
export function singleNodeFlow(
  definition: AnyNodeDefinition,
  given: Readonly<Record<string, unknown>>,
  { withThrower = false } = {},
): Flow {
  const { config, connections } = connect(definition, given)
  const { outputs } = portsOf(definition, definition.config.parse(config))
  const flow = emptyFlow('conformance', 'Conformance')
  flow.nodes.push({ id: NODE, type: definition.type, at: [0, 0], config, version: definition.version })
  flow.connections.push(...connections)
  if (!withThrower) return flow
  const code = "throw new Error('thrown downstream')"
  flow.nodes.push({ id: THROWER, type: 'function', at: [0, 0], config: { code } })
  for (const port of Object.keys(outputs)) flow.wires.push([`${NODE}.${port}`, `${THROWER}.in`])
  return flow
}

/** Gives each connection field that is empty a connection of its type. */
function connect(definition: AnyNodeDefinition, given: Readonly<Record<string, unknown>>) {
  const connections: Flow['connections'] = []
  const config: Record<string, unknown> = { ...given }
  for (const [field, schema] of Object.entries(schemaOf(definition).properties ?? {})) {
    const type = schema['connection']
    if (typeof type !== 'string' || config[field] || schema['default']) continue
    config[field] = `test-${field}`
    connections.push({ id: `test-${field}`, type, name: field, config: {} })
  }
  return { config, connections }
}

/** A payload that a port of this kind takes. */
export const payloadOf: Readonly<Record<Kind, unknown>> = {
  any: 21.5,
  event: true,
  boolean: true,
  number: 21.5,
  text: 'on',
  json: { on: true },
  bytes: new Uint8Array([1, 2, 3]),
}
