import { defineTexts } from '../../i18n/define-texts.ts'

export const connectionTexts = defineTexts({
  en: {
    title: 'Connections',
    lead: 'What your flows share: brokers, bots, bricks. Passwords and tokens are kept encrypted and never leave the house in an exported flow.',
    add: 'Add connection',
    builtIn: 'Built in',
    builtInAbout: 'Always there; nothing to set.',
    empty: 'No connections of your own yet',
    emptyAbout:
      'Flows can use the built-in broker at once. Add a connection for everything else they talk to.',
    look: 'What does it see?',
    lookTitle: 'Seen by “{name}”',
    nothingSeen: 'Nothing. Check that the other end is switched on, and that its address is right.',
    looking: 'Looking…',
    deleteTitle: 'Delete “{name}”?',
    deleteAbout:
      'Flows that use it must choose another one. For 30 days, the changes in the settings bring it back with its secrets.',
    deleted: '“{name}” is deleted.',
    actions: 'Actions for {name}',
    unknownType: 'Of a type that this Wirehouse does not know: {type}',
  },
  de: {
    title: 'Verbindungen',
    lead: 'Was Ihre Flows gemeinsam nutzen: Broker, Bots, Bausteine. Passwörter und Tokens liegen verschlüsselt im Haus und stehen nie in einem exportierten Flow.',
    add: 'Verbindung hinzufügen',
    builtIn: 'Eingebaut',
    builtInAbout: 'Immer da; nichts einzustellen.',
    empty: 'Noch keine eigenen Verbindungen',
    emptyAbout:
      'Den eingebauten Broker können Flows sofort benutzen. Für alles andere legen Sie hier eine Verbindung an.',
    look: 'Was sieht sie?',
    lookTitle: 'Das sieht „{name}“',
    nothingSeen: 'Nichts. Prüfen Sie, ob die Gegenseite eingeschaltet ist und die Adresse stimmt.',
    looking: 'Sucht …',
    deleteTitle: '„{name}“ löschen?',
    deleteAbout:
      'Flows, die sie benutzen, brauchen eine andere. 30 Tage lang lässt sie sich bei den Änderungen in den Einstellungen samt ihren Geheimnissen zurückholen.',
    deleted: '„{name}“ ist gelöscht.',
    actions: 'Aktionen für {name}',
    unknownType: 'Von einem Typ, den dieses Wirehouse nicht kennt: {type}',
  },
})
