import type { Flow, FlowNode } from '../flow.ts'
import { parseFlowFile } from '../parse-flow.ts'

/** Imports entries as a person does, from the text of a file; throws the problems if it is refused. */
export function importFlows(entries: readonly object[]): readonly Flow[] {
  const parsed = parseFlowFile(JSON.stringify(entries))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

/** The only flow of a file. */
export function importFlow(...entries: readonly object[]): Flow {
  const [flow, ...more] = importFlows(entries)
  if (!flow || more.length > 0) throw new Error('The file should hold one flow')
  return flow
}

/** What becomes of a single node with these properties. */
export function importNode(type: string, properties: object = {}): FlowNode {
  const [node] = importFlow(drawn('n', type, properties)).nodes
  if (!node) throw new Error('The node is gone')
  return node
}

/** A drawn entry as exports have it. */
export const drawn = (id: string, type: string, properties: object = {}): object => ({
  id,
  type,
  z: 'tab1',
  name: '',
  x: 200,
  y: 100,
  wires: [],
  ...properties,
})

/** The codes of a node's notes. */
export function noteCodes(node: FlowNode): readonly string[] {
  const { notes = [] } = node['imported'] as { readonly notes?: readonly { readonly code: string }[] }
  return notes.map(({ code }) => code)
}
