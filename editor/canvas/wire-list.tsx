import { useState } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Wire } from '#flows/flow.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Findable } from '../document/find.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { endText, legalTargets, type WireEnd, wireBetween } from '../document/wiring.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { type Pick, PickList } from './pick-list.tsx'
import { canvasTexts } from './texts.ts'
import { wiringTexts } from './wiring-texts.ts'

/** What is to be wired by the list. */
export interface WireListRequest {
  readonly node: string
  /** Every port is offered, those for errors and inputs too; else only what one needs most. */
  readonly isEveryPort: boolean
}

interface WireListProps {
  readonly request: WireListRequest
  readonly document: FlowDocument
  readonly catalogue: Catalogue
  readonly shapeOf: (node: string) => NodeShape | undefined
  readonly nameOf: (node: string) => string
  readonly at: { readonly x: number; readonly y: number }
  readonly onConnect: (wire: Wire) => void
  /** The other end is to be a new node. */
  readonly onNew: (end: WireEnd) => void
  readonly onClose: () => void
}

/** Wires a node by keyboard: first the port, where there is a choice, then where the wire leads to. */
export function WireList(props: WireListProps) {
  const ends = endsOf(props)
  const [end, setEnd] = useState(ends.length === 1 ? ends[0] : undefined)
  return end ? (
    <Targets key="targets" {...props} end={end} />
  ) : (
    <Ports key="ports" {...props} ends={ends} onEnd={setEnd} />
  )
}

/** The outputs of a node; of one that ends a flow, its inputs. */
function endsOf({ request: { node, isEveryPort }, shapeOf }: WireListProps): readonly WireEnd[] {
  const shape = shapeOf(node)
  const ends = (side: WireEnd['side'], ports: NodeShape['inputs'] = []): readonly WireEnd[] =>
    ports.filter(({ isMissing }) => !isMissing).map(({ id }) => ({ node, port: id, side }))
  const outputs = ends('output', shape?.outputs)
  const inputs = ends('input', shape?.inputs)
  if (isEveryPort) return [...outputs, ...inputs]
  const main = outputs.filter(({ port }) => port !== ERROR_PORT)
  return main.length > 0 ? main : inputs
}

interface PortsProps extends WireListProps {
  readonly ends: readonly WireEnd[]
  readonly onEnd: (end: WireEnd) => void
}

function Ports({ request: { node }, shapeOf, nameOf, at, ends, onEnd, onClose }: PortsProps) {
  const t = useText(wiringTexts)
  const portText = usePortText(shapeOf)
  const label = t('choosePort', { name: nameOf(node) })
  return (
    <PickList
      label={label}
      placeholder={label}
      picks={ends.map((end) => {
        const { title, kind } = portText(end)
        return {
          item: {
            id: `${end.side} ${end.port}`,
            label: title,
            about: `${t(end.side)}, ${kind}`,
            icon: end.side === 'output' ? 'arrow-right' : 'arrow-left',
            family: 'unknown',
          },
          titles: [title],
          words: [end.port, t(end.side), kind],
        }
      })}
      nothing={t('noPort')}
      at={at}
      onPick={(id) => {
        const end = ends.find(({ side, port }) => `${side} ${port}` === id)
        if (end) onEnd(end)
      }}
      onClose={onClose}
    />
  )
}

const NEW = 'new'

function Targets(props: WireListProps & { readonly end: WireEnd }) {
  const { request, document, catalogue, shapeOf, nameOf, at, end, onConnect, onNew, onClose } = props
  const t = useText(wiringTexts)
  const portText = usePortText(shapeOf)
  const side = end.side === 'output' ? 'input' : 'output'
  const pickFor = (target: WireEnd): Findable<Pick> => {
    const definition = catalogue.nodes.get(document.node(target.node)?.type ?? '')
    const shape = shapeOf(target.node)
    const ports = side === 'input' ? shape?.inputs : shape?.outputs
    const label = nameOf(target.node)
    const about = (ports?.length ?? 0) > 1 ? portText(target).title : portText(target).kind
    return {
      item: {
        id: endText(target),
        label,
        about,
        icon: definition?.icon ?? 'puzzle',
        family: definition?.group ?? 'unknown',
      },
      titles: [label],
      words: [about, target.node],
    }
  }
  const targets = nearestFirst(document, shapeOf, end)
  const label = t(end.side === 'output' ? 'wireTo' : 'wireFrom', { name: nameOf(request.node) })
  return (
    <PickList
      label={label}
      placeholder={label}
      picks={[
        ...targets.map(pickFor),
        {
          item: { id: NEW, label: t('newNode'), about: t('newNodeAbout'), icon: 'plus', family: 'unknown' },
          titles: [t('newNode')],
          words: [],
        },
      ]}
      note={targets.length === 0 ? t('nowhere') : undefined}
      nothing={t('noTarget')}
      at={at}
      onPick={(id) => {
        onClose()
        if (id === NEW) return onNew(end)
        const target = targets.find((each) => endText(each) === id)
        const wire = target && wireBetween(end, target)
        if (wire) onConnect(wire)
      }}
      onClose={onClose}
    />
  )
}

/** Where a wire may lead to; what stands near comes first, ports for errors last. */
function nearestFirst(
  document: FlowDocument,
  shapeOf: WireListProps['shapeOf'],
  end: WireEnd,
): readonly WireEnd[] {
  const side = end.side === 'output' ? 'input' : 'output'
  const from = document.node(end.node)?.at ?? [0, 0]
  const distance = ({ node, port }: WireEnd): number => {
    const [x, y] = document.node(node)?.at ?? from
    const isError = port === ERROR_PORT ? 1e6 : 0
    return Math.hypot(x - from[0], y - from[1]) + isError
  }
  return [...legalTargets(document.drawing, shapeOf, end)]
    .map((text): WireEnd => {
      const dot = text.indexOf('.')
      return { node: text.slice(0, dot), port: text.slice(dot + 1), side }
    })
    .sort((a, b) => distance(a) - distance(b))
}

/** What a port is called, and what it carries. */
function usePortText(shapeOf: WireListProps['shapeOf']) {
  const kinds = useText(canvasTexts)
  const texts = useNodeTexts()
  return ({ node, port, side }: WireEnd): { readonly title: string; readonly kind: string } => {
    const shape = shapeOf(node)
    const found = (side === 'output' ? shape?.outputs : shape?.inputs)?.find(({ id }) => id === port)
    const kind = kinds(`kind.${found?.port.kind ?? 'any'}`)
    const title = shape?.definition && found && texts.port(shape.definition, port, found.port)
    return { title: title || port, kind }
  }
}
