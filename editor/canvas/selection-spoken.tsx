import { readEndpoint } from '#flows/flow.ts'
import type { Selection } from '../document/flow-document.ts'
import type { NodeShape } from '../document/node-shape.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import type { ProblemLevels } from './projection.ts'
import { canvasTexts } from './texts.ts'
import { wiringTexts } from './wiring-texts.ts'

interface SelectionSpokenProps {
  readonly selection: Selection
  readonly nameOf: (node: string) => string
  readonly isDisabled: (node: string) => boolean
  readonly shapeOf: (node: string) => NodeShape | undefined
  readonly problems: ProblemLevels
}

/** Says aloud what is selected, for those who do not see it. */
export function SelectionSpoken(props: SelectionSpokenProps) {
  return <output className="visually-hidden">{useSpoken(props)}</output>
}

function useSpoken({ selection, nameOf, isDisabled, shapeOf, problems }: SelectionSpokenProps): string {
  const t = useText(wiringTexts)
  const common = useText(canvasTexts)
  const texts = useNodeTexts()
  const [node] = selection.nodes
  const [wire] = selection.wires
  const count = selection.nodes.size + selection.wires.size
  if (count > 1) return common('selectedMany', { count })
  if (wire !== undefined) {
    const [from = '', to = ''] = wire.split(' ').map((end) => nameOf(readEndpoint(end).node))
    return t('selectedWire', { from, to })
  }
  if (node === undefined) return ''
  const shape = shapeOf(node)
  const problem = problems.get(node)
  const words = t('selectedNode', {
    name: nameOf(node),
    title: shape?.definition ? texts.title(shape.definition) : common('unknownType'),
    inputs: t('inputs', { count: shape?.inputs.length ?? 0 }),
    outputs: t('outputs', { count: Math.max(0, (shape?.outputs.length ?? 1) - 1) }),
  })
  return [
    words,
    ...(isDisabled(node) ? [t('isDisabled')] : []),
    ...(problem ? [t(problem === 'error' ? 'hasError' : 'hasWarning')] : []),
  ].join(', ')
}
