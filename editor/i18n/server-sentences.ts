/**
 * German for what the server says, by its code. A place like `{name}` is filled from what the server sends along;
 * if it sends nothing for it, and for codes that are not here, the server's own sentence is shown.
 */
export const germanSentences: Readonly<Record<string, string>> = {
  SERVER_AWAY:
    'Der Server ist nicht erreichbar. Prüfen Sie, ob er läuft und ob dieses Gerät in seinem Netz ist.',
  ANSWER_UNKNOWN: 'Der Server hat unerwartet geantwortet. Versuchen Sie es gleich noch einmal.',
  INTERNAL: 'In Wirehouse ist ein Fehler aufgetreten. Das Protokoll des Servers sagt mehr.',

  SIGN_IN_NEEDED: 'Melden Sie sich zuerst an.',
  SIGN_IN_WRONG: 'Name oder Passwort ist falsch.',
  SIGN_IN_BUSY: 'Zu viele falsche Versuche. Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
  ROLE_TOO_LOW: 'Dafür reichen Ihre Rechte nicht. Fragen Sie die Person, der dieses Haus gehört.',
  SETUP_DONE: 'Dieses Haus hat schon eine Besitzerin oder einen Besitzer. Melden Sie sich an.',
  SETUP_CODE_WRONG:
    'Von einem anderen Gerät aus braucht die Einrichtung den Code, den Wirehouse beim Start ausgegeben hat. Er steht auch in der Datei „setup-code“ im Datenordner.',
  SETUP_CODE_EXPIRED: 'Der Code galt 30 Minuten. Starten Sie Wirehouse neu, dann gibt es einen frischen.',
  PASSWORD_WEAK:
    'Ein Passwort hat mindestens 8 Zeichen und ist nicht der Name selbst. Drei oder vier Wörter ergeben ein gutes.',
  NAME_TAKEN: 'Diesen Namen gibt es schon. Wählen Sie einen anderen.',
  LAST_OWNER: 'Ein Haus braucht jemanden, dem es gehört. Geben Sie diese Rolle zuerst einer anderen Person.',
  USER_UNKNOWN: 'Diese Person gibt es nicht mehr.',
  TOKEN_UNKNOWN: 'Dieses Token gibt es nicht mehr.',

  FILE_TOO_LARGE: 'Die Datei ist zu groß. Teilen Sie sie in mehrere Dateien auf.',
  FILE_NOT_JSON:
    'Die Datei ist kein JSON. Exportieren Sie sie neu oder reparieren Sie sie in einem Texteditor.',
  FILE_FORMAT: 'Das ist keine Flow-Datei: Das Feld „format“ sollte „wirehouse/flow@1“ lauten.',
  FILE_SHAPE: 'In der Datei fehlt die Liste „flows“.',
  FILE_TOO_DEEP: 'Die Datei ist tiefer verschachtelt, als ein Flow es je braucht.',
  FILE_HOSTILE_KEY: 'Die Datei enthält einen Schlüssel, der nicht erlaubt ist. Entfernen Sie ihn.',
  FILE_INVALID: 'Die Datei lässt sich nicht lesen. Unten steht, woran es liegt.',

  FLOW_UNKNOWN: 'Diesen Flow gibt es nicht. Vielleicht wurde er gelöscht.',
  FLOW_EXISTS: 'Einen Flow mit dieser Kennung gibt es schon.',
  FLOW_CHANGED: 'Jemand anderes hat diesen Flow inzwischen geändert.',
  FLOW_INVALID: 'Der Flow kann so nicht laufen. Die Stellen sind markiert.',
  FLOW_NOT_RUNNING: 'Der Flow läuft nicht. Übernehmen Sie ihn zuerst.',
  REVISION_UNKNOWN: 'Diese Fassung gibt es nicht.',
  NODE_ID_TWICE: 'Zwei Knoten haben dieselbe Kennung. Ändern Sie eine davon.',
  NODE_TYPE_UNKNOWN:
    '„{name}“ ist vom Typ „{type}“, den dieses Wirehouse nicht kennt. Der Knoten steht als Platzhalter da und tut nichts; der Rest läuft.',
  NODE_UNKNOWN: 'Diesen Knoten gibt es im laufenden Flow nicht. Übernehmen Sie zuerst die Änderungen.',
  WIRE_KIND:
    '„{from}“ sendet etwas anderes, als „{to}“ annimmt. Setzen Sie eine Vorlage oder eine Funktion dazwischen.',
  CONNECTION_NOT_CHOSEN:
    '„{name}“ hat noch keine Verbindung im Feld „{field}“. Wählen Sie eine aus oder legen Sie eine an.',
  CONNECTION_MISSING:
    '„{name}“ benutzt die Verbindung „{connection}“, die es hier nicht gibt. Wählen Sie im Feld „{field}“ eine andere oder legen Sie sie an.',
  CONNECTION_UNKNOWN: 'Diese Verbindung gibt es nicht mehr.',
  CONNECTION_IN_USE:
    'Laufende Flows benutzen diese Verbindung: {flows}. Halten Sie sie zuerst an oder ändern Sie sie.',
  CONNECTION_INVALID:
    'Die Verbindung ist nicht richtig ausgefüllt. Öffnen Sie sie und prüfen Sie die Felder.',
  SECRET_AGAIN:
    'Die Adresse hat sich geändert. Geben Sie dies noch einmal ein, damit es nicht versehentlich anderswohin geht.',
  CONNECTION_TYPE_UNKNOWN: 'Diese Art von Verbindung kennt dieses Wirehouse nicht.',
  SECRET_UNREADABLE:
    'Ein Geheimnis dieser Verbindung wurde mit einem anderen Schlüssel gespeichert. Geben Sie es neu ein, oder legen Sie die alte Datei secret.key zurück in den Datenordner.',

  NODE_NEWER: 'Diesen Knoten hat ein neueres Wirehouse gemacht. Aktualisieren Sie Wirehouse.',
  NODE_STOPPED:
    'Der Knoten wurde angehalten, während er diese Nachricht zurückhielt. Senden Sie sie noch einmal.',
  WIRE_NODE_MISSING: 'Eine Leitung endet an einem Knoten, den es nicht gibt. Entfernen Sie sie.',
  WIRE_PORT_MISSING: 'Eine Leitung endet an einem Anschluss, den es nicht mehr gibt. Entfernen Sie sie.',
  WIRE_TWICE: 'Dieselbe Leitung ist zweimal da. Entfernen Sie eine davon.',

  TOPIC_EMPTY: 'Das Topic ist leer. Geben Sie eines ein, zum Beispiel home/door/bell.',
  TOPIC_CHARACTER: 'Das Topic enthält ein Zeichen, das MQTT nicht erlaubt.',
  TOPIC_TOO_LONG: 'Das Topic ist zu lang.',
  TOPIC_TOO_DEEP: 'Das Topic hat zu viele Ebenen.',
  TOPIC_SHARED:
    'Geteilte Abonnements ($share/…) versteht dieser Broker nicht. Nehmen Sie das Topic ohne den Anfang.',

  DISK_FULL:
    'Der Datenträger mit dem Datenordner ist voll; das wurde nicht gespeichert. Schaffen Sie Platz und versuchen Sie es noch einmal.',
  STORE_CLOSED: 'Wirehouse wird gerade beendet; das wurde nicht gespeichert.',
  STORE_FAILED:
    'Die Datenbank schreibt nicht mehr. Starten Sie Wirehouse neu; bis dahin wird nichts gespeichert.',
}
