import * as z from 'zod'
import { type Flow, readEndpoint } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { type AnyNodeRuntime, implementNode, type NodeBehaviour } from '#kit/runtime/implement-node.ts'

/** What a node's behaviour has besides its inputs. A wire to a port of such a name leads nowhere. */
const reserved: ReadonlySet<string> = new Set<keyof NodeBehaviour>([
  'start',
  'poke',
  'flowError',
  'takesError',
])

/** Stands where a node cannot run: takes what arrives on its wires, does nothing with it, and says why. */
export function placeholder(flow: Flow, node: string, reason: string): AnyNodeRuntime {
  const ports = (end: 0 | 1): PortMap =>
    Object.fromEntries(
      flow.wires
        .map((wire) => readEndpoint(wire[end]))
        .filter((endpoint) => endpoint.node === node && !reserved.has(endpoint.port))
        .map((endpoint) => [endpoint.port, port.any()]),
    )
  const definition = defineNode({
    type: 'placeholder',
    version: 1,
    group: 'function',
    icon: 'circle-help',
    title: 'Placeholder',
    summary: 'Stands where a node cannot run.',
    config: z.object({}),
    inputs: ports(1),
    outputs: ports(0),
  })
  return implementNode(definition, ({ status }) => ({
    ...Object.fromEntries(
      Object.keys(definition.inputs).map((name) => [name, () => status('error', reason)]),
    ),
    start: () => status('error', reason),
  }))
}
