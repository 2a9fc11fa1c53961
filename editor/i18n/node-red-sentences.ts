/**
 * German for what an import from Node-RED says of a node, by its code. A reason that stands within another sentence
 * is its own code, in English.
 */
export const nodeRedSentences: Readonly<Record<string, string>> = {
  NODE_RED_NOT_CARRIED_OVER: '{what} Setzen Sie andere Knoten an seine Stelle; seine Einstellungen bleiben.',
  NODE_RED_PLACEHOLDER: '{what}',
  NODE_RED_DISABLED:
    'Er war in Node-RED deaktiviert und tut auch hier nichts. Seine Einstellungen sind aufgehoben.',
  NODE_RED_SECRET: 'Was in seinen Einstellungen nach einem Passwort aussieht, wurde weggelassen.',
  NODE_RED_ENVIRONMENT: 'Der Wert von {names} steht nicht in der Datei. Tragen Sie ihn ein.',
  NODE_RED_BROKER: 'Sein Broker stand nicht in der Datei. Wählen Sie einen.',
  NODE_RED_CONTROL_MESSAGES:
    'Nachrichten mit „reset“, „flush“, „delay“ oder „rate“ haben ihn gesteuert; hier sind sie Nachrichten wie andere.',
  NODE_RED_DELAY_BY_TOPIC:
    'Er hat zwischen Topics abgewechselt; hier hat jedes Topic seine eigene Rate, und seine erste Nachricht geht sofort durch.',
  NODE_RED_DELAY_DROPPED: 'Ein zweiter Ausgang hat gesendet, was zu schnell kam; hier wird das verworfen.',
  NODE_RED_FILTER_BAND: 'Eine Änderung von genau {band} ging durch; hier muss sie größer sein.',
  NODE_RED_DEBUG: 'Er hat einen berechneten Wert gezeigt; hier zeigt er die ganze Nachricht.',
  NODE_RED_CATCH:
    'Er hat nur Fehler genommen, die kein anderer Knoten „catch“ genommen hatte; hier nimmt er alle.',
  NODE_RED_TEMPLATE_HTML:
    'Zeichen von HTML in Werten wurden umschrieben; hier werden Werte geschrieben, wie sie sind.',
  NODE_RED_FUNCTION_START: 'Sein Code „On Start“ läuft vor seiner ersten Nachricht, nicht beim Start.',
  NODE_RED_FUNCTION_STOP: 'Sein Code „On Stop“ wurde nicht übernommen.',
  NODE_RED_FUNCTION_API:
    'Er benutzt {names}, was Funktionen hier nicht haben. Nehmen Sie einen Knoten „Verzögern“, um zu warten, Uint8Array für Bytes oder andere Knoten.',
  NODE_RED_FUNCTION_CONTEXT:
    'Er benutzt den Kontext des Flows oder des ganzen Hauses; hier behält jede Funktion Werte für sich. Senden Sie in Nachrichten, was andere brauchen.',
  NODE_RED_INTERVAL: 'Er hat seltener als einmal im Jahr wiederholt; hier ist es einmal im Jahr.',
  NODE_RED_SWITCH_SEQUENCE:
    'Er hat die Nachrichten einer Folge neu nummeriert; hier behalten sie ihre Nummern.',
  NODE_RED_SWITCH_EMPTY: 'Hier gelten auch ein fehlender Wert und ein Text aus Leerzeichen als leer.',

  NODE_RED_OUTPUTS: 'Er hat {outputs} Ausgänge; eine Funktion hat höchstens {limit}.',
  NODE_RED_CRON: '„{cron}“ ist kein Cron-Ausdruck.',
  'It takes its topics from messages.': 'Er nimmt seine Topics aus Nachrichten.',
  'It gives payloads in Base64.': 'Er gibt Nutzlasten als Base64 aus.',
  'It waits longer than the 31 days that a Delay node can.':
    'Er wartet länger als die 31 Tage, die „Verzögern“ kann.',
  'The times between which it waits cannot be read.':
    'Die Zeiten, zwischen denen er wartet, lassen sich nicht lesen.',
  'How many messages it lets through in a time cannot be read.':
    'Wie viele Nachrichten er in einer Zeit durchlässt, lässt sich nicht lesen.',
  'It waits until it is reset, repeats, or waits longer than a day.':
    'Er wartet, bis er zurückgesetzt wird, wiederholt oder wartet länger als einen Tag.',
  'It keeps messages apart by another property than the topic.':
    'Er unterscheidet Nachrichten nach einer anderen Eigenschaft als dem Topic.',
  'What it sends comes from the context, or is computed.':
    'Was er sendet, kommt aus dem Kontext oder wird berechnet.',
  'It sends at the end the newest of what came meanwhile.':
    'Er sendet am Ende das Neueste von dem, was inzwischen kam.',
  'It sends at the end the message with which it began.':
    'Er sendet am Ende die Nachricht, mit der er begonnen hat.',
  'It sends at once what only comes later.': 'Er sendet sofort, was erst später kommt.',
  'It sends nothing.': 'Er sendet nichts.',
  'It looks at a property that cannot be named here.':
    'Er sieht auf eine Eigenschaft, die sich hier nicht nennen lässt.',
  'It compares in a way that a Filter node does not: with the message before, a start value, or the other way round.':
    'Er vergleicht, wie ein Filter es nicht tut: mit der Nachricht davor, mit einem Anfangswert oder umgekehrt.',
  'A rule of it computes with JSONata, or uses the context of flow or house.':
    'Eine seiner Regeln rechnet mit JSONata oder benutzt den Kontext von Flow oder Haus.',
  'It catches errors of nodes that are not in the file.':
    'Er nimmt Fehler von Knoten, die nicht in der Datei sind.',
  'It converts a property that cannot be named here.':
    'Er wandelt eine Eigenschaft um, die sich hier nicht nennen lässt.',
  'It checks a JSON schema.': 'Er prüft ein JSON-Schema.',
  'It converts in a way that is not known here.': 'Er wandelt auf eine Weise um, die hier unbekannt ist.',
  'Its range has no width, or its property cannot be named here.':
    'Sein Bereich hat keine Breite, oder seine Eigenschaft lässt sich hier nicht nennen.',
  'It writes somewhere else than into the message.': 'Er schreibt woandershin als in die Nachricht.',
  'Its template is longer than one may be here.': 'Seine Vorlage ist länger, als sie hier sein darf.',
  'Its template uses sections, partials, the context or names that templates here do not have.':
    'Seine Vorlage benutzt Abschnitte, Bausteine, den Kontext oder Namen, die Vorlagen hier nicht haben.',
  'It makes YAML.': 'Er macht YAML.',
  'What its template makes is not JSON in every case.': 'Was seine Vorlage ergibt, ist nicht immer JSON.',
  'It is longer than a Function node may be.': 'Er ist länger, als eine Funktion sein darf.',
  'Its payload is computed, or bytes, which an Inject node here cannot do.':
    'Seine Nutzlast wird berechnet oder besteht aus Bytes, was „Auslöser“ hier nicht kann.',
  'It sets a property to something that is computed or that comes from outside the message.':
    'Er setzt eine Eigenschaft auf etwas Berechnetes oder auf etwas von außerhalb der Nachricht.',
  'What it looks at is not a property of the message.':
    'Worauf er sieht, ist keine Eigenschaft der Nachricht.',
  'A rule of it uses JSONata, the context, a sequence, or there are too many rules.':
    'Eine seiner Regeln benutzt JSONata, den Kontext oder eine Folge, oder es sind zu viele Regeln.',
  'Put a Telegram node in its place and choose bot and chat there.':
    'Setzen Sie einen Knoten „Telegram“ an seine Stelle und wählen Sie dort Bot und Chat.',
  'Wirehouse does not read from Telegram yet. Its settings are kept.':
    'Wirehouse liest noch nicht von Telegram. Seine Einstellungen sind aufgehoben.',
  'Put an E-mail node in its place and choose the account there.':
    'Setzen Sie einen Knoten „E-Mail“ an seine Stelle und wählen Sie dort das Konto.',
  'Put a Push by ntfy node in its place and choose server and topic there.':
    'Setzen Sie einen Knoten „Push über ntfy“ an seine Stelle und wählen Sie dort Server und Topic.',
  'Put a Push by ntfy or a Telegram node in its place to be told on the phone.':
    'Setzen Sie einen Knoten „Push über ntfy“ oder „Telegram“ an seine Stelle, um es auf dem Telefon zu erfahren.',
  'Put a Write series node in its place.': 'Setzen Sie einen Knoten „Reihe schreiben“ an seine Stelle.',
  'Dashboards are not carried over. Its settings are kept.':
    'Dashboards werden nicht übernommen. Seine Einstellungen sind aufgehoben.',
  'It is wired to another tab. Send through an MQTT topic, or draw both in one flow.':
    'Er ist mit einem anderen Reiter verbunden. Senden Sie über ein MQTT-Topic, oder zeichnen Sie beide in einen Flow.',
  'Its subflow could not be put in its place. Draw its nodes here.':
    'Sein Subflow ließ sich nicht an seine Stelle setzen. Zeichnen Sie seine Knoten hier.',
  'Wirehouse has no node for this yet. Its settings are kept.':
    'Wirehouse hat dafür noch keinen Knoten. Seine Einstellungen sind aufgehoben.',
}
