/** The parts of a flow file. */
export interface Chains {
  readonly nodes: readonly {
    readonly id: string
    readonly type: string
    readonly at: readonly [number, number]
    readonly config: Readonly<Record<string, unknown>>
  }[]
  readonly wires: readonly (readonly [string, string])[]
}

const types = ['inject', 'function', 'filter', 'debounce', 'delay', 'debug']
const ACROSS = 240
const DOWN = 88
/** Chains side by side for each one below the other, so that a large flow is about as wide as high. */
const SHAPE = 17

/** A flow of so many nodes in chains of six: a source, four steps, a sink. Nodes are called `n0`, `n1` and so on. */
export function chains(count: number): Chains {
  const columns = Math.max(1, Math.round(Math.sqrt(count / types.length / SHAPE)))
  const nodes = Array.from({ length: count }, (_, at) => {
    const [chain, step] = [Math.floor(at / types.length), at % types.length]
    const left = (chain % columns) * (types.length * ACROSS + 80)
    const top = Math.floor(chain / columns) * DOWN
    return { id: `n${at}`, type: types[step] ?? '', at: [left + step * ACROSS, top] as const, config: {} }
  })
  const wires = nodes.flatMap(({ id }, at) =>
    at % types.length === 0 ? [] : [[`n${at - 1}.out`, `${id}.in`] as const],
  )
  return { nodes, wires }
}
