import { defineTexts } from '../../../../i18n/define-texts.ts'

/** Recording what the broker carries, and giving it to flows. */
export const recordTexts = defineTexts({
  en: {
    record: 'Record',
    recordFilter: 'Record “{filter}”',
    stop: 'Stop',
    stopOne: 'Stop recording “{filter}”',
    started: '“{filter}” is being recorded. The recording stands under Recordings.',
    none: 'Nothing is recorded',
    noneAbout:
      'Choose a topic or a branch and record it: up to 10,000 messages, 10 MB or an hour, and only what you may read. Then a flow can get it again.',
    running: 'is being recorded',
    messages: { one: '{count} message', other: '{count} messages' },
    leftOut: { one: '{count} left out', other: '{count} left out' },
    use: 'Into a flow …',
    useOne: 'Put “{name}” into a flow',
    useTitle: 'Put a recording into a flow',
    useAbout:
      'It becomes a recording of the flow, at its “MQTT in” nodes that listen to these topics. There it can be replayed, with muted outputs unless you choose otherwise, or rehearsed. Nothing goes back to the broker.',
    put: 'Put in',
    isIn: '“{name}” is among the recordings of the flow: in the drawer under its canvas.',
    open: 'Open the flow',
    remove: 'Delete',
    removeOne: 'Delete the recording “{name}”',
    removeAbout: 'Its messages are gone then. What flows have got of it stays with them.',
  },
  de: {
    record: 'Aufzeichnen',
    recordFilter: '„{filter}“ aufzeichnen',
    stop: 'Beenden',
    stopOne: 'Aufzeichnung von „{filter}“ beenden',
    started: '„{filter}“ wird aufgezeichnet. Die Aufzeichnung steht unter „Aufzeichnungen“.',
    none: 'Nichts ist aufgezeichnet',
    noneAbout:
      'Ein Topic oder einen Zweig wählen und aufzeichnen: bis zu 10.000 Nachrichten, 10 MB oder eine Stunde, und nur, was man selbst lesen darf. Danach kann ein Flow es noch einmal bekommen.',
    running: 'wird aufgezeichnet',
    messages: { one: '{count} Nachricht', other: '{count} Nachrichten' },
    leftOut: { one: '{count} ausgelassen', other: '{count} ausgelassen' },
    use: 'In einen Flow …',
    useOne: '„{name}“ in einen Flow geben',
    useTitle: 'Aufzeichnung in einen Flow geben',
    useAbout:
      'Sie wird eine Aufzeichnung des Flows, an seinen Knoten „MQTT-Eingang“, die auf diese Topics hören. Dort lässt sie sich abspielen, mit stummen Ausgängen, wenn nichts anderes gewählt wird, oder proben. Nichts geht zurück an den Broker.',
    put: 'Hineingeben',
    isIn: '„{name}“ ist jetzt bei den Aufzeichnungen des Flows, unter seiner Zeichenfläche.',
    open: 'Flow öffnen',
    remove: 'Löschen',
    removeOne: 'Aufzeichnung „{name}“ löschen',
    removeAbout: 'Ihre Nachrichten sind dann weg. Was Flows davon bekommen haben, behalten sie.',
  },
})
