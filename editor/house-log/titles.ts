import { defineTexts } from '../i18n/define-texts.ts'

/** What stands on every page before the log is opened. */
export const houseLogTitles = defineTexts({
  en: {
    undo: 'Undo',
    undone: 'Undone.',
    doors: 'Who needs no login: changed',
    limits: 'Limits of the broker changed',
    listeners: 'Ports and origins changed',
    'token-settings': 'Sign-in by tokens changed',
    'did.connection': 'Connection changed',
    'did.flow': 'Flow changed',
    'did.rule': 'Access rule changed',
    'did.bridge': 'Bridge changed',
  },
  de: {
    undo: 'Rückgängig',
    undone: 'Rückgängig gemacht.',
    doors: 'Geändert, wer keine Anmeldung braucht',
    limits: 'Grenzen des Brokers geändert',
    listeners: 'Ports und Herkünfte geändert',
    'token-settings': 'Anmeldung mit Tokens geändert',
    'did.connection': 'Verbindung geändert',
    'did.flow': 'Flow geändert',
    'did.rule': 'Zugriffsregel geändert',
    'did.bridge': 'Brücke geändert',
  },
})
