import type { Catalogue } from '#flows/catalogue.ts'
import type { Place, Wire } from '#flows/flow.ts'
import type { Kind } from '#kit/kinds.ts'
import { endText, fittingPort, type WireEnd } from '../document/wiring.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { useNodePicks } from '../palette/use-node-picks.ts'
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
}

interface QuickAddProps {
  readonly request: QuickAddRequest
  readonly catalogue: Catalogue
  readonly onAdd: (type: string, at: Place, wire?: (id: string) => Wire) => void
  readonly onClose: () => void
}

/** Adds a node at a place; with an open wire only what fits it, and wires it at once. */
export function QuickAdd({ request, catalogue, onAdd, onClose }: QuickAddProps) {
  const t = useText(canvasTexts)
  const all = useNodePicks(catalogue)
  const { at, place, open } = request
  const fitting = (type: string): string | undefined => {
    const definition = catalogue.nodes.get(type)
    return open && definition && fittingPort(definition, { side: open.end.side, kind: open.kind })
  }
  const picks = open ? all.filter(({ item }) => fitting(item.id) !== undefined) : all
  const pick = (type: string) => {
    recents.add(type)
    const port = fitting(type)
    if (open && port) onAdd(type, besideWire(place, open.end), wireTo(open.end, port))
    else onAdd(type, [place[0] - NODE_WIDTH / 2, place[1] - HEAD_HEIGHT / 2])
    onClose()
  }
  return (
    <PickList
      label={t('quickAdd')}
      placeholder={t('quickAddSearch')}
      picks={picks}
      note={open && t('quickAddFits')}
      nothing={t(open ? 'quickAddNoFit' : 'quickAddNothing')}
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
