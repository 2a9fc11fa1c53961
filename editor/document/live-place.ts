import type { Wire } from '#flows/flow.ts'
import type { DocumentState } from './flow-document.ts'

/**
 * How things in what is open are called where they run: a node `lamp` in the subflow that `hall` stands for is
 * `hall/lamp`. Through no node one sees a subflow as such, and nothing runs there.
 */
export function livePlace({ scope, through }: Pick<DocumentState, 'scope' | 'through'>, id: string): string {
  if (scope === undefined) return id
  return through.length === 0 ? `/${id}` : `${through.join('/')}/${id}`
}

/** The same for a wire by its key. */
export const liveWire = (state: Pick<DocumentState, 'scope' | 'through'>, key: string): string =>
  key
    .split(' ')
    .map((end) => livePlace(state, end))
    .join(' ')

/** What is open of something that runs: nothing if it is elsewhere. What stands inside a node counts as that node. */
export function placeInView(
  { scope, through }: Pick<DocumentState, 'scope' | 'through'>,
  node: string,
): string | undefined {
  const path = node.split('/')
  if (scope !== undefined && through.length === 0) return undefined
  if (through.some((id, depth) => path[depth] !== id)) return undefined
  return path[through.length]
}

/** The wires of what is open as they are called where they run. */
export const liveWires = (state: Pick<DocumentState, 'scope' | 'through' | 'drawing'>): readonly Wire[] =>
  state.scope === undefined
    ? state.drawing.wires
    : state.drawing.wires.map(([from, to]) => [livePlace(state, from), livePlace(state, to)])
