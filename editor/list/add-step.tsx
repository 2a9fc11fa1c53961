import type { Catalogue } from '#flows/catalogue.ts'
import type { Place } from '#flows/flow.ts'
import { addToEnd } from '../canvas/add-to-end.ts'
import { readPick } from '../canvas/findable-types.ts'
import { HEAD_HEIGHT, NODE_WIDTH } from '../canvas/geometry.ts'
import { PickList } from '../canvas/pick-list.tsx'
import { useMisfit } from '../canvas/use-misfit.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import {
  fitsSpot,
  groupAt,
  type ListedDrawing,
  openAt,
  placeFor,
  type Spot,
} from '../document/flow-list-edits.ts'
import { useText } from '../i18n/use-text.ts'
import { recents } from '../palette/node-choices.ts'
import { useNodePicks } from '../palette/use-node-picks.ts'
import { listTexts } from './texts.ts'

/** Where a wire ends at a card that stands there. */
const wireEndAt = ([x, y]: Place, side: 'input' | 'output'): Place => [
  side === 'output' ? x : x + NODE_WIDTH,
  y + HEAD_HEIGHT / 2,
]

interface AddStepProps {
  readonly spot: Spot
  readonly label: string
  readonly at: { readonly x: number; readonly y: number }
  readonly listed: ListedDrawing
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  /** Puts what fits the spot there. */
  readonly onInsert: (pick: string) => void
  /** A node has come that did not fit. */
  readonly onAdded: (node: string) => void
  readonly onClose: () => void
}

/** Adds a step at a spot. What fits there stands first, and the rest says why it does not. */
export function AddStep({ spot, label, at, listed, document, catalogue, ...on }: AddStepProps) {
  const t = useText(listTexts)
  const picks = useNodePicks(catalogue)
  const misfit = useMisfit(catalogue)
  const open = openAt(listed, spot)
  const fits = (pick: string): boolean => {
    const { type, config } = readPick(pick)
    const definition = catalogue.nodes.get(type)
    return definition !== undefined && fitsSpot(listed, definition, spot, config)
  }
  const misfitOf = (pick: string): string | undefined => {
    if (fits(pick)) return undefined
    if (!open) return t('startsNothing')
    return misfit.atEnd(pick, { side: open.end.side, kind: open.kind }) ?? t('beside')
  }
  const addUnfit = (pick: string): string => {
    recents.add(pick)
    const group = groupAt(listed.drawing, spot)
    const node = { ...readPick(pick), ...(group !== undefined && { group }) }
    const place = placeFor(listed.drawing, spot)
    if (open) return addToEnd(document, catalogue, open, node, wireEndAt(place, open.end.side))
    const version = catalogue.nodes.get(node.type)?.version ?? 1
    return document.addNode({ ...node, version, at: place })
  }
  return (
    <PickList
      label={label}
      placeholder={t('search')}
      picks={picks}
      misfitOf={misfitOf}
      note={t(open ? 'fits' : 'newRuleAbout')}
      nothing={t('nothingFound')}
      at={at}
      onPick={(pick) => {
        on.onClose()
        if (fits(pick)) on.onInsert(pick)
        else on.onAdded(addUnfit(pick))
      }}
      onClose={on.onClose}
    />
  )
}
