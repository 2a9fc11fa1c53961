import type { Catalogue } from '#flows/catalogue.ts'
import type { Wire } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Findable } from '../document/find.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { endText, legalTargets } from '../document/wiring.ts'
import { useText } from '../i18n/use-text.ts'
import { type Pick, PickList } from './pick-list.tsx'
import { canvasTexts } from './texts.ts'

interface WireListProps {
  /** The node that is to be wired. */
  readonly node: string
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  readonly shapeOf: (node: string) => NodeShape | undefined
  readonly nameOf: (node: string) => string
  readonly at: { readonly x: number; readonly y: number }
  readonly onConnect: (wire: Wire) => void
  readonly onClose: () => void
}

/** Wires a node by keyboard: every input that one of its outputs may lead to, to choose from. */
export function WireList(props: WireListProps) {
  const { node, document, catalogue, shapeOf, nameOf, at, onConnect, onClose } = props
  const t = useText(canvasTexts)
  const outputs = shapeOf(node)?.outputs.filter(({ id, isMissing }) => id !== ERROR_PORT && !isMissing) ?? []
  const picks: readonly Findable<Pick>[] = outputs.flatMap(({ id }) => {
    const from = endText({ node, port: id })
    const targets = legalTargets(document.drawing, shapeOf, { node, port: id, side: 'output' })
    return [...targets].map((to) => pickFor(from, to, outputs.length > 1))
  })

  function pickFor(from: string, to: string, isNamed: boolean): Findable<Pick> {
    const [id = '', port = ''] = to.split('.')
    const definition = catalogue.nodes.get(document.node(id)?.type ?? '')
    const hasMore = (shapeOf(id)?.inputs.length ?? 0) > 1
    const about = [isNamed && from.split('.')[1], hasMore && port].filter(Boolean).join(' → ')
    const label = nameOf(id)
    return {
      item: {
        id: `${from} ${to}`,
        label,
        about,
        icon: definition?.icon ?? 'puzzle',
        family: definition?.group ?? 'unknown',
      },
      titles: [label],
      words: [about, id],
    }
  }

  return (
    <PickList
      label={t('wireTo', { name: nameOf(node) })}
      placeholder={t('wireTo', { name: nameOf(node) })}
      picks={picks}
      nothing={t('wireNowhere')}
      at={at}
      onPick={(id) => {
        const [from = '', to = ''] = id.split(' ')
        onConnect([from, to])
        onClose()
      }}
      onClose={onClose}
    />
  )
}
