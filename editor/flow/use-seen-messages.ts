import { useMemo } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import { type Drawing, readEndpoint, wireKey } from '#flows/flow.ts'
import type { Kind } from '#kit/kinds.ts'
import { api } from '../api/api.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'
import type { SeenMessage, SeenMessages } from '../forms/seen-messages.ts'
import { useDocument, useFlow } from './flow-context.ts'

/** What can be known of the messages that a node receives. The same object as long as its wires are the same. */
export function useSeenMessages(node: string): SeenMessages {
  const { document, catalogue } = useFlow()
  const drawing = useDocument((state) => state.drawing)
  const kind = inputKind(catalogue, drawing, node)
  const wires = wiresInto(drawing, node).map(wireKey).join('\n')
  const flow = document.flow.id
  return useMemo(
    () => ({ kind, read: () => readSeen(flow, wires === '' ? [] : wires.split('\n')) }),
    [flow, kind, wires],
  )
}

const wiresInto = ({ wires }: Drawing, node: string) =>
  wires.filter(([, to]) => readEndpoint(to).node === node)

/** What all wires into a node carry; `any` where they differ, or where there are none. */
function inputKind(catalogue: Catalogue, drawing: Drawing, node: string): Kind {
  const kinds = wiresInto(drawing, node).map(([from]) => {
    const end = readEndpoint(from)
    const source = drawing.nodes.find(({ id }) => id === end.node)
    const outputs = source ? shapeNode(catalogue, source, noWires).outputs : []
    return outputs.find(({ id }) => id === end.port)?.port.kind ?? 'any'
  })
  return new Set(kinds).size === 1 ? (kinds[0] ?? 'any') : 'any'
}

/** A flow that does not run, or that nobody has looked at yet, has seen nothing. */
async function readSeen(flow: string, wires: readonly string[]): Promise<readonly SeenMessage[]> {
  const logs = await Promise.all(wires.map((wire) => api.flows.wireMessages(flow, wire).catch(() => [])))
  const messages = logs.flat().filter(({ isCut }) => !isCut)
  return messages.sort((a, b) => a.at - b.at).map(({ message }) => withBytes(message))
}

/** Bytes are told by how many they are. */
const withBytes = (message: SeenMessage): SeenMessage => {
  const { payload } = message
  const isBytes = typeof payload === 'object' && payload !== null && '$bytes' in payload
  return isBytes ? { ...message, payload: new Uint8Array() } : message
}
