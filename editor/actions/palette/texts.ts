import { defineTexts } from '../../i18n/define-texts.ts'

export const paletteTexts = defineTexts({
  en: {
    title: 'Search and commands',
    placeholder: 'Search nodes, flows, topics, settings, commands …',
    close: 'Close',
    nothing: 'Nothing found for “{query}”.',
    'kind.recent': 'Used last',
    'kind.action': 'Commands',
    'kind.node': 'Nodes of this flow',
    'kind.flow': 'Flows',
    'kind.page': 'Pages and settings',
    'kind.connection': 'Connections',
    'kind.topic': 'Topics',
    'kind.help': 'Help',
  },
  de: {
    title: 'Suche und Befehle',
    placeholder: 'Knoten, Flows, Topics, Einstellungen, Befehle suchen …',
    close: 'Schließen',
    nothing: 'Nichts gefunden für „{query}“.',
    'kind.recent': 'Zuletzt benutzt',
    'kind.action': 'Befehle',
    'kind.node': 'Knoten dieses Flows',
    'kind.flow': 'Flows',
    'kind.page': 'Seiten und Einstellungen',
    'kind.connection': 'Verbindungen',
    'kind.topic': 'Topics',
    'kind.help': 'Hilfe',
  },
})
