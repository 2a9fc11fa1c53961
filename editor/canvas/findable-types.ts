import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode } from '#flows/flow.ts'
import { isSubflowPort, SUBFLOW } from '#flows/subflow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { Findable } from '../document/find.ts'
import { languages } from '../i18n/language.ts'
import { nodeKeywords, nodeSummary, nodeTitle, type useNodeTexts } from '../i18n/node-texts.ts'
import type { Pick } from './pick-list.tsx'

/** What can be put on the canvas, as a list to search: shown in the language of the page, found in every language. */
export const findableTypes = (
  catalogue: Catalogue,
  texts: ReturnType<typeof useNodeTexts>,
): readonly Findable<Pick>[] => [
  ...[...catalogue.nodes.values()]
    .filter((definition) => isOffered(definition, catalogue))
    .map((definition) => ({
      item: {
        id: definition.type,
        label: texts.title(definition),
        about: texts.summary(definition),
        icon: definition.icon,
        family: definition.group,
      },
      titles: languages.map((language) => nodeTitle(definition, language)),
      words: [
        definition.type,
        ...languages.flatMap((language) => [
          ...nodeKeywords(definition, language),
          nodeSummary(definition, language),
        ]),
      ],
    })),
  ...findableSubflows(catalogue),
]

/** Subflows are offered by their names, and their ports where one is open. */
const isOffered = ({ type }: AnyNodeDefinition, { within }: Catalogue): boolean =>
  type !== SUBFLOW && (within !== undefined || !isSubflowPort({ type }))

function findableSubflows({ nodes, subflows = [], within }: Catalogue): readonly Findable<Pick>[] {
  const definition = nodes.get(SUBFLOW)
  if (!definition) return []
  return subflows
    .filter(({ id }) => id !== within)
    .map(({ id, name, description }) => ({
      item: {
        id: `${SUBFLOW} ${id}`,
        label: name,
        about: description || nodeTitle(definition),
        icon: definition.icon,
        family: definition.group,
      },
      titles: [name],
      words: [id, description, ...languages.map((language) => nodeTitle(definition, language))],
    }))
}

/** What the id of a pick puts on the canvas. */
export function readPick(pick: string): { readonly type: string; readonly config: FlowNode['config'] } {
  const [type = '', subflow] = pick.split(' ')
  return { type, config: subflow === undefined ? {} : { subflow } }
}
