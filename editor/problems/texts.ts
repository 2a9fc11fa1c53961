import { defineTexts } from '../i18n/define-texts.ts'

export const problemTexts = defineTexts({
  en: {
    none: 'No problems',
    noneAbout: 'Everything that is drawn can run.',
    list: 'Problems: Enter goes there',
    error: 'Error',
    warning: 'Warning',
    next: 'Go to the next problem',
    previous: 'Go to the previous problem',
    convert: 'Put “{name}” between',
    removeWire: 'Remove wire',
    removeSecondWire: 'Remove one',
    removeNode: 'Remove node',
    useConnection: 'Use “{name}”',
    useDefault: 'Use the default',
  },
  de: {
    none: 'Keine Probleme',
    noneAbout: 'Alles Gezeichnete kann laufen.',
    list: 'Probleme: Eingabe führt hin',
    error: 'Fehler',
    warning: 'Warnung',
    next: 'Zum nächsten Problem',
    previous: 'Zum vorigen Problem',
    convert: '„{name}“ dazwischensetzen',
    removeWire: 'Leitung entfernen',
    removeSecondWire: 'Eine entfernen',
    removeNode: 'Knoten entfernen',
    useConnection: '„{name}“ nehmen',
    useDefault: 'Vorgabe nehmen',
  },
})
