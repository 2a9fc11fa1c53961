import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import type { FlowSummary, StoredConnection } from '../../api/types.ts'
import type { Findable } from '../../document/find.ts'
import { type Language, languages } from '../../i18n/language.ts'
import { nodeKeywords, nodeSummary, nodeTitle } from '../../i18n/node-texts.ts'
import type { TopicNode } from '../../topics/topic-forest.ts'
import { findableAction } from '../findable-action.ts'
import { liveActions } from '../registry.ts'
import type { Entry } from './entry.ts'
import { places } from './places.ts'

/** What is needed to go somewhere, and to say it. */
export interface Guide {
  readonly navigate: (path: string) => void
  readonly language: Language
}

/** What can be done now. */
export const actionEntries = (language: Language): readonly Findable<Entry>[] =>
  liveActions()
    .filter(({ action, isEnabled }) => !action.isKeysOnly && action.id !== 'palette' && isEnabled())
    .map(({ action, run }) => ({
      item: {
        id: `action:${action.id}`,
        kind: 'action',
        label: action.title(language),
        icon: action.icon,
        keys: action.keys?.[0],
        run: () => run(),
      },
      ...findableAction(action),
    }))

export const flowEntries = (flows: readonly FlowSummary[], { navigate }: Guide): readonly Findable<Entry>[] =>
  flows.map(({ id, name }) => ({
    item: {
      id: `flow:${id}`,
      kind: 'flow',
      label: name,
      about: () => id,
      icon: 'workflow',
      run: () => navigate(`/flows/${id}`),
    },
    titles: [name],
    words: [id],
  }))

export const placeEntries = (isOwner: boolean, { navigate, language }: Guide): readonly Findable<Entry>[] =>
  places
    .filter(({ isOwners = false }) => isOwner || !isOwners)
    .map(({ path, title, area, icon }) => ({
      item: {
        id: `page:${path}`,
        kind: 'page',
        label: title(language),
        about: () => area(language),
        icon,
        run: () => navigate(path),
      },
      titles: languages.map((each) => title(each)),
      words: languages.map((each) => area(each)),
    }))

export const connectionEntries = (
  connections: readonly StoredConnection[],
  { navigate, language }: Guide,
): readonly Findable<Entry>[] =>
  connections.map(({ id, type, name }) => {
    const definition = connectionDefinitions.find((each) => each.type === type)
    return {
      item: {
        id: `connection:${id}`,
        kind: 'connection',
        label: name || id,
        about: () => (definition ? nodeTitle(definition, language) : type),
        icon: definition?.icon ?? 'plug',
        run: () => navigate(`/connections?edit=${encodeURIComponent(id)}`),
      },
      titles: [name || id],
      words: [id, type, ...languages.map((each) => (definition ? nodeTitle(definition, each) : ''))],
    }
  })

export const topicEntries = (topics: Iterable<TopicNode>, { navigate }: Guide): readonly Findable<Entry>[] =>
  Array.from(topics, ({ path }) => ({
    item: {
      id: `topic:${path}`,
      kind: 'topic',
      label: path,
      icon: 'hash',
      run: () => navigate(`/mqtt?topic=${encodeURIComponent(path)}`),
    },
    titles: [path],
    words: [],
  }))

/** The help of each node type; `open` shows it. */
export const helpEntries = (open: (type: string) => void, { language }: Guide): readonly Findable<Entry>[] =>
  nodeDefinitions.map((definition) => ({
    item: {
      id: `help:${definition.type}`,
      kind: 'help',
      label: nodeTitle(definition, language),
      about: () => nodeSummary(definition, language),
      icon: definition.icon,
      family: definition.group,
      run: () => open(definition.type),
    },
    titles: languages.map((each) => nodeTitle(definition, each)),
    words: [
      definition.type,
      ...languages.flatMap((each) => [...nodeKeywords(definition, each), nodeSummary(definition, each)]),
    ],
  }))
