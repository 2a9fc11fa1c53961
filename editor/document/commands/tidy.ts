import { type Place, readEndpoint } from '#flows/flow.ts'
import type { LayoutTask } from '../../arrange/lay-out.ts'
import type { Box } from '../box.ts'
import type { FlowDocument } from '../flow-document.ts'
import { boxesOf, type SizeOf } from '../frames.ts'
import { withMembers } from '../members.ts'

/** What the canvas knows of the sizes of things. */
export interface TidySizes {
  readonly sizeOf: SizeOf
  /** Which of the outputs of a node a port is, counted from the top. */
  readonly rowOf: (node: string, port: string) => number
  /** The card as which a collapsed group is shown. */
  readonly cardOf: (group: string) => Box | undefined
}

/**
 * Arranges what is selected, or everything, along its wires; groups are arranged inside first and stay together.
 * One step. Somebody may go on working meanwhile: what is gone when the places are known is left out.
 */
export async function tidyUp(
  document: FlowDocument,
  sizes: TidySizes,
  layOut: (task: LayoutTask) => Promise<ReadonlyMap<string, Place>>,
): Promise<void> {
  const task = taskOf(document, sizes)
  if (task.nodes.length + task.notes.length === 0) return
  const { scope } = document
  const places = await layOut(task)
  if (document.scope !== scope) return
  const before = boxesOf(document.drawing, sizes.sizeOf)
  const moved = [...places].filter(([id, [x, y]]) => {
    const box = before.get(id)
    return box && (box.x !== x || box.y !== y)
  })
  if (moved.length === 0) return
  document.change([{ kind: 'move', places: Object.fromEntries(moved) }], {
    code: 'arrange',
    count: moved.length,
  })
}

function taskOf({ drawing, selection }: FlowDocument, { sizeOf, rowOf, cardOf }: TidySizes): LayoutTask {
  const boxes = boxesOf(drawing, sizeOf)
  const named = withMembers(drawing, selection)
  const isAll = named.nodes.length + named.notes.length < 2
  const chosen = new Set([...named.nodes, ...named.notes])
  const take = (items: readonly { readonly id: string; readonly group?: string | undefined }[]) =>
    items.flatMap(({ id, group }) => {
      const box = boxes.get(id)
      return box && (isAll || chosen.has(id)) ? [{ id, group, ...box }] : []
    })
  const [nodes, notes] = [take(drawing.nodes), take(drawing.notes ?? [])]
  const partly = new Set(
    isAll ? [] : drawing.nodes.flatMap(({ id, group }) => (chosen.has(id) ? [] : (group ?? []))),
  )
  return {
    nodes,
    notes,
    groups: drawing.groups
      .filter(({ id }) => !partly.has(id))
      .map(({ id, collapsed }) => ({ id, card: collapsed ? cardOf(id) : undefined })),
    wires: drawing.wires.map(([from, to]) => {
      const { node, port } = readEndpoint(from)
      return { from: node, to: readEndpoint(to).node, row: rowOf(node, port) }
    }),
  }
}
