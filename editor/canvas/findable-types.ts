import type { Catalogue } from '#flows/catalogue.ts'
import { isSubflowPort, SUBFLOW } from '#flows/subflow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { Findable } from '../document/find.ts'
import { languages } from '../i18n/language.ts'
import { nodeKeywords, nodeSummary, nodeTitle, type useNodeTexts } from '../i18n/node-texts.ts'
import type { Pick } from './pick-list.tsx'

/** Subflows are offered by their names, and their ports where one is open. */
const isOffered = ({ type }: AnyNodeDefinition): boolean => type !== SUBFLOW && !isSubflowPort({ type })

/** The node types as a list to search: shown in the language of the page, found in every language. */
export const findableTypes = (
  catalogue: Catalogue,
  texts: ReturnType<typeof useNodeTexts>,
): readonly Findable<Pick>[] =>
  [...catalogue.nodes.values()].filter(isOffered).map((definition) => ({
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
  }))
