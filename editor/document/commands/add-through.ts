import type { FlowNode, Place, Wire } from '#flows/flow.ts'
import { freeId } from '#flows/free-id.ts'
import type { FlowDocument } from '../flow-document.ts'
import { snap } from '../fragment.ts'
import { endText, type WireEnd } from '../wiring.ts'
import type { Converter } from './splice.ts'

interface Added {
  readonly type: string
  readonly version: number
  readonly config: FlowNode['config']
  /** In which the node that converts stands, too. */
  readonly group?: string | undefined
  /** The port by which it is wired. */
  readonly port: string
  readonly at: Place
}

/** Adds a node that is wired to an open end through a node that converts between them; one step. Answers its id. */
export function addThrough(
  document: FlowDocument,
  end: WireEnd,
  added: Added,
  { converter, at }: { readonly converter: Converter; readonly at: Place },
): string {
  const id = document.freeId(added.type)
  const between = freeId(converter.type, (taken) => taken === id || document.freeId(taken) !== taken)
  const { nodes, wires } = document.drawing
  const made: readonly FlowNode[] = [
    nodeOf(between, { ...converter, group: added.group }, at),
    nodeOf(id, added, added.at),
  ]
  const joined: readonly Wire[] =
    end.side === 'output'
      ? [
          [endText(end), `${between}.${converter.input}`],
          [`${between}.${converter.output}`, `${id}.${added.port}`],
        ]
      : [
          [`${id}.${added.port}`, `${between}.${converter.input}`],
          [`${between}.${converter.output}`, endText(end)],
        ]
  document.change(
    [
      {
        kind: 'insert',
        nodes: made.map((item, index) => ({ index: nodes.length + index, item })),
        wires: joined.map((item, index) => ({ index: wires.length + index, item })),
      },
    ],
    { code: 'add', count: made.length },
  )
  document.select({ nodes: [id] })
  return id
}

const nodeOf = (
  id: string,
  { type, version, config, group }: Pick<Added, 'type' | 'version' | 'config' | 'group'>,
  [x, y]: Place,
): FlowNode => ({
  ...{ id, type, at: [snap(x), snap(y)] },
  ...(group !== undefined && { group }),
  ...(version > 1 && { version }),
  config,
})
