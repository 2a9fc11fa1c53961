import { type Entry, useSearchSource } from '../actions/palette/entry.ts'
import type { Findable } from '../document/find.ts'
import { noWires, shapeNode } from '../document/node-shape.ts'
import { problemText } from '../i18n/error-text.ts'
import { languages } from '../i18n/language.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import type { FlowScope } from './flow-context.ts'

/** Lets the command palette find the nodes of the flow that is open: by name, type and settings. */
export function useNodeSearch(scope: Pick<FlowScope, 'document' | 'catalogue' | 'canvas'>): void {
  useSearchSource(() => scope.document.drawing.nodes.map((node) => findableNode(scope, node)))
}

function findableNode(
  { document, catalogue, canvas }: Parameters<typeof useNodeSearch>[0],
  node: FlowScope['document']['drawing']['nodes'][number],
): Findable<Entry> {
  const definition = catalogue.nodes.get(node.type)
  const title = definition ? nodeTitle(definition) : node.type
  return {
    item: {
      id: `node:${document.flow.id}/${node.id}`,
      kind: 'node',
      label: node.name ?? title,
      about: () => {
        const { caption } = shapeNode(catalogue, node, noWires)
        return [node.name && title, typeof caption === 'string' ? caption : problemText(caption)]
          .filter(Boolean)
          .join(' · ')
      },
      icon: definition?.icon ?? 'puzzle',
      ...(definition && { family: definition.group }),
      run: () => canvas()?.reveal(node.id),
    },
    titles: [
      node.name ?? '',
      ...languages.map((language) => (definition ? nodeTitle(definition, language) : '')),
    ],
    words: [node.id, node.type, ...settingsOf(node.config)],
  }
}

/** What stands in a setting may be long: code, a template. Its beginning is enough to find it by. */
const MOST_LETTERS = 200

/** The values of settings, those of lists and objects too. */
function settingsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.slice(0, MOST_LETTERS)]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(settingsOf)
}
