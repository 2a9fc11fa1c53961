import type { Catalogue } from '#flows/catalogue.ts'
import type { Difference } from '#flows/diff.ts'
import { type Drawing, type Flow, type FlowNode, readEndpoint, type Wire } from '#flows/flow.ts'
import type { Translate } from '../i18n/define-texts.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import type { deployTexts } from './texts.ts'

/** What people call the things of a flow, also of one that is not being edited. */
export function namesIn(flow: Flow, catalogue: Catalogue, t: Translate<(typeof deployTexts)['en']>) {
  const nodes = new Map(drawingsOf(flow).map(([scope, drawing]) => [scope, byId(drawing.nodes)]))
  const ofNode = ({ name, type }: FlowNode): string => {
    const definition = catalogue.nodes.get(type)
    return name ?? (definition ? nodeTitle(definition) : type)
  }
  const nodeName = (id: string, scope?: string): string => {
    const node = nodes.get(scope)?.get(id)
    return node ? ofNode(node) : id
  }
  return {
    node: nodeName,
    of({ kind, id, in: scope, before, after }: Difference): string {
      const item = (after ?? before) as { readonly name?: string; readonly text?: string }
      if (kind === 'node') return ofNode(item as FlowNode)
      if (kind === 'wire') {
        const [from, to] = (after ?? before) as Wire
        const end = (text: string) => nodeName(readEndpoint(text).node, scope)
        return t('wireName', { from: end(from), to: end(to) })
      }
      if (kind === 'test') return id
      return item.name || firstLine(item.text) || t(`kind.${kind}`)
    },
    subflow: (id: string): string => flow.subflows?.find((subflow) => subflow.id === id)?.name ?? id,
  }
}

export type Names = ReturnType<typeof namesIn>

const drawingsOf = (flow: Flow): readonly (readonly [string | undefined, Drawing])[] => [
  [undefined, flow],
  ...(flow.subflows ?? []).map((subflow) => [subflow.id, subflow] as const),
]

const byId = (nodes: readonly FlowNode[]) => new Map(nodes.map((node) => [node.id, node]))

const firstLine = (text: string | undefined): string | undefined => text?.trim().split('\n')[0]?.slice(0, 60)
