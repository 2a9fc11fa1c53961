import * as z from 'zod'
import { type Flow, readEndpoint } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { type AnyNodeRuntime, implementNode, type NodeBehaviour } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** What a node's behaviour has besides its inputs. A wire to a port of such a name leads nowhere. */
const reserved: ReadonlySet<string> = new Set<keyof NodeBehaviour>([
  'start',
  'poke',
  'flowError',
  'takesError',
  'told',
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
    // news wait for the node that can make something of them
    told: () => Promise.reject(cannotRun(node)),
  }))
}

const cannotRun = (node: string): NodeError =>
  new NodeError(
    'NODE_CANNOT_RUN',
    `The node "${node}" cannot run now. Repair what it shows, and deploy again.`,
    {
      values: { node },
    },
  )
