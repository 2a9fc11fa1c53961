import { defineTexts } from '../../i18n/define-texts.ts'

/** The debug panel, beyond what it shares with the rest of the page. */
export const debugTexts = defineTexts({
  en: {
    filterByLevel: 'Show only',
    allLevels: 'All levels',
    'level.message': 'Messages',
    'level.info': 'Information',
    'level.warn': 'Warnings',
    'level.error': 'Errors',
    search: 'Search messages',
    nothingFits: 'Nothing fits the filter',
    nothingFitsAbout: 'Of {count} lines.',
    cameMeanwhile: { one: '{count} came meanwhile', other: '{count} came meanwhile' },
    copyAll: 'Copy what is shown',
    copied: { one: '{count} line copied.', other: '{count} lines copied.' },
    copyRow: 'Copy',
    exportAll: 'Save what is shown as a file',
  },
  de: {
    filterByLevel: 'Nur zeigen',
    allLevels: 'Alle Stufen',
    'level.message': 'Nachrichten',
    'level.info': 'Hinweise',
    'level.warn': 'Warnungen',
    'level.error': 'Fehler',
    search: 'Nachrichten durchsuchen',
    nothingFits: 'Nichts passt zum Filter',
    nothingFitsAbout: 'Von {count} Zeilen.',
    cameMeanwhile: { one: '{count} kam inzwischen', other: '{count} kamen inzwischen' },
    copyAll: 'Das Gezeigte kopieren',
    copied: { one: '{count} Zeile kopiert.', other: '{count} Zeilen kopiert.' },
    copyRow: 'Kopieren',
    exportAll: 'Das Gezeigte als Datei sichern',
  },
})
