import { defineTexts } from '../i18n/define-texts.ts'

/** What is said of nodes and wires while their flow runs. */
export const liveTexts = defineTexts({
  en: {
    live: 'Live',
    perSecond: '{rate}/s',
    muted: '{count} muted',
    mutedAbout: 'Safe mode is on: these messages were settled without effect.',
    rate: 'Messages per second',
    errors: { one: '{count} error', other: '{count} errors' },
    errorsSince: 'Errors since the last deploy',
    lastError: 'Last error',
    noErrors: 'None since the last deploy.',
    state: 'State',
    lastIn: 'Came in last',
    lastOut: 'Left last',
    showWire: 'Show the messages of this wire',
    noWires: 'No wire leads to this node or away from it.',
    nothingYet: 'nothing yet',
  },
  de: {
    live: 'Live',
    perSecond: '{rate}/s',
    muted: '{count} stumm',
    mutedAbout: 'Der sichere Modus ist an: Diese Nachrichten wurden ohne Wirkung abgeschlossen.',
    rate: 'Nachrichten pro Sekunde',
    errors: { one: '{count} Fehler', other: '{count} Fehler' },
    errorsSince: 'Fehler seit dem letzten Start',
    lastError: 'Letzter Fehler',
    noErrors: 'Keine seit dem letzten Start.',
    state: 'Zustand',
    lastIn: 'Kam zuletzt herein',
    lastOut: 'Ging zuletzt hinaus',
    showWire: 'Die Nachrichten dieser Leitung zeigen',
    noWires: 'Keine Leitung führt zu diesem Node oder von ihm weg.',
    nothingYet: 'noch nichts',
  },
})
