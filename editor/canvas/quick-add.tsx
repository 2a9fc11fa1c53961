import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode, Place } from '#flows/flow.ts'
import type { Gap } from '../document/commands/splice.ts'
import type { OpenWire } from '../document/fitting.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { useNodePicks } from '../palette/use-node-picks.ts'
import { readPick } from './findable-types.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from './geometry.ts'
import { PickList } from './pick-list.tsx'
import { canvasTexts } from './texts.ts'
import { useMisfit } from './use-misfit.ts'

export interface QuickAddRequest {
  /** Where the list opens, from the corner of the canvas. */
  readonly at: { readonly x: number; readonly y: number }
  /** Where the node goes, in the flow. */
  readonly place: Place
  /** The end of a wire that waits for the new node. */
  readonly open?: OpenWire
  /** The wire into which the new node goes. */
  readonly into?: { readonly wire: string; readonly gap: Gap }
}

interface Added {
  readonly type: string
  readonly config: FlowNode['config']
}

interface QuickAddProps {
  readonly request: QuickAddRequest
  readonly catalogue: Catalogue
  readonly onAdd: (node: Added, at: Place) => void
  /** Wires it to an open end, as well as it fits. */
  readonly onAddTo: (open: OpenWire, node: Added, place: Place) => void
  /** Puts a node into a wire. Answers whether it fits. */
  readonly onInsert: (wire: string, node: Added, at: Place) => boolean
  readonly onClose: () => void
}

/** Adds a node at a place. With a wire in hand, what fits it stands first, and the rest says why it does not. */
export function QuickAdd({ request, catalogue, onAdd, onAddTo, onInsert, onClose }: QuickAddProps) {
  const t = useText(canvasTexts)
  const picks = useNodePicks(catalogue)
  const misfit = useMisfit(catalogue)
  const { at, place, open, into } = request
  const misfitOf = (id: string): string | undefined => {
    if (into) return misfit.inWire(id, into.gap)
    return open && misfit.atEnd(id, { side: open.end.side, kind: open.kind })
  }
  const pick = (id: string) => {
    recents.add(id)
    const node = readPick(id)
    const middle: Place = [place[0] - NODE_WIDTH / 2, place[1] - HEAD_HEIGHT / 2]
    if (open) onAddTo(open, node, place)
    else if (!into || !onInsert(into.wire, node, middle)) onAdd(node, into ? below(middle) : middle)
    onClose()
  }
  return (
    <PickList
      label={t('quickAdd')}
      placeholder={t('quickAddSearch')}
      picks={picks}
      {...((open || into) && { misfitOf })}
      note={open || into ? t('quickAddFits') : undefined}
      nothing={t('quickAddNothing')}
      at={at}
      onPick={pick}
      onClose={onClose}
    />
  )
}

/** Beside a wire, not on it. */
const below = ([x, y]: Place): Place => [x, y + 2 * HEAD_HEIGHT]
