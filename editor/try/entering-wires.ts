import { type Drawing, readEndpoint, wireKey } from '#flows/flow.ts'

/** The wires by which messages come into a flow: those of nodes to which no wire leads. */
export function enteringWires({ wires }: Drawing): readonly string[] {
  const fed = new Set(wires.map(([, to]) => readEndpoint(to).node))
  return wires.filter(([from]) => !fed.has(readEndpoint(from).node)).map(wireKey)
}
