import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode, Place, Wire } from '#flows/flow.ts'
import type { Kind } from '#kit/kinds.ts'
import { type Gap, spliceForType } from '../document/commands/splice.ts'
import { endText, fittingPort, type WireEnd } from '../document/wiring.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { useNodePicks } from '../palette/use-node-picks.ts'
import { readPick } from './findable-types.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import { PickList } from './pick-list.tsx'
import { canvasTexts } from './texts.ts'

export interface QuickAddRequest {
  /** Where the list opens, from the corner of the canvas. */
  readonly at: { readonly x: number; readonly y: number }
  /** Where the node goes, in the flow. */
  readonly place: Place
  /** The end of a wire that waits for the new node. */
  readonly open?: { readonly end: WireEnd; readonly kind: Kind }
  /** The wire into which the new node goes. */
  readonly into?: { readonly wire: string; readonly gap: Gap }
}

interface QuickAddProps {
  readonly request: QuickAddRequest
  readonly catalogue: Catalogue
  readonly onAdd: (type: string, at: Place, wire?: (id: string) => Wire, config?: FlowNode['config']) => void
  /** Puts a node into a wire. */
  readonly onInsert: (
    wire: string,
    node: { readonly type: string; readonly config: FlowNode['config'] },
    at: Place,
  ) => void
  readonly onClose: () => void
}

/** Adds a node at a place; with an open wire only what fits it, and wires it at once. */
export function QuickAdd({ request, catalogue, onAdd, onInsert, onClose }: QuickAddProps) {
  const t = useText(canvasTexts)
  const all = useNodePicks(catalogue)
  const { at, place, open, into } = request
  const fitting = (id: string): string | undefined => {
    const { type, config } = readPick(id)
    const definition = catalogue.nodes.get(type)
    return open && definition && fittingPort(definition, { side: open.end.side, kind: open.kind }, config)
  }
  const isFitting = (id: string): boolean => {
    const { type, config } = readPick(id)
    if (into) return spliceForType(catalogue, type, into.gap, config) !== undefined
    return !open || fitting(id) !== undefined
  }
  const picks = all.filter(({ item }) => isFitting(item.id))
  const pick = (id: string) => {
    recents.add(id)
    const node = readPick(id)
    const port = fitting(id)
    const middle: Place = [place[0] - NODE_WIDTH / 2, place[1] - HEAD_HEIGHT / 2]
    if (into) onInsert(into.wire, node, middle)
    else if (open && port) onAdd(node.type, besideWire(place, open.end), wireTo(open.end, port), node.config)
    else onAdd(node.type, middle, undefined, node.config)
    onClose()
  }
  return (
    <PickList
      label={t('quickAdd')}
      placeholder={t('quickAddSearch')}
      picks={picks}
      note={open || into ? t('quickAddFits') : undefined}
      nothing={t(open || into ? 'quickAddNoFit' : 'quickAddNothing')}
      at={at}
      onPick={pick}
      onClose={onClose}
    />
  )
}

/** The port of the new node comes to stand where the wire was dropped. */
const besideWire = ([x, y]: Place, end: WireEnd): Place =>
  end.side === 'output' ? [x, y - HEAD_HEIGHT / 2] : [x - NODE_WIDTH, y - HEAD_HEIGHT / 2]

const wireTo =
  (end: WireEnd, port: string) =>
  (id: string): Wire =>
    end.side === 'output'
      ? [endText(end), endText({ node: id, port })]
      : [endText({ node: id, port }), endText(end)]
