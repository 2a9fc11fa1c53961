import { type Flow, readEndpoint } from '#flows/flow.ts'
import { ownWires } from '#flows/graph.ts'
import type { RunningNode } from './running-node.ts'

/**
 * Has user code looked at where a wire may bring it what others hold as well: all else gets no copies anyway, and
 * looking takes time and memory. What only reads passes on what it was given, so more may be shared then.
 */
export async function askWrites(flow: Flow, nodeOf: (id: string) => RunningNode | undefined): Promise<void> {
  for (;;) {
    const own = ownWires(flow, (id) => nodeOf(id)?.sends ?? 'shared')
    const given = new Set(flow.wires.filter((wire) => !own.has(wire)).map(([, to]) => readEndpoint(to).node))
    const asked = [...given].flatMap((id) => nodeOf(id) ?? []).filter(({ mayAskWrites }) => mayAskWrites)
    if (asked.length === 0) return
    await Promise.all(asked.map((node) => node.askWrites()))
  }
}
