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

  TOKENS_NO_KEYS:
    'Tragen Sie ein, wo der Aussteller seine öffentlichen Schlüssel hat, oder die Schlüssel selbst. Ohne sie lässt sich kein Token prüfen.',
  TOKENS_NO_AUDIENCE:
    'Tragen Sie ein, für wen die Tokens sind (Angabe „aud“). Sonst kämen alle herein, die irgendein Token dieses Ausstellers haben, auch für ganz andere Dienste.',
  TOKENS_URL: 'Tragen Sie die ganze Adresse der Schlüssel ein, mit https:// am Anfang.',
  TOKENS_URL_LOGIN: 'Die Schlüssel sind öffentlich: Lassen Sie Name und Passwort aus der Adresse weg.',
  TOKENS_URL_PLAIN:
    'Über http:// könnte unterwegs jemand eigene Schlüssel unterschieben. Nehmen Sie die Adresse mit https:// oder fügen Sie die Schlüssel ein.',
  TOKENS_KEYS_FORM:
    'Das sind keine Schlüssel, wie Aussteller sie veröffentlichen (JWKS). Die Form ist „keys“ mit einer Liste von Schlüsseln.',
  TOKENS_KEY_SECRET:
    'Schlüssel {number} ist ein geheimer. Fügen Sie nur die öffentlichen ein, und ersetzen Sie den geheimen, wenn er je woanders als beim Aussteller war.',
  TOKENS_KEY_UNREADABLE: 'Schlüssel {number} ist nicht zu lesen.',
  TOKENS_KEY_WEAK:
    'Schlüssel {number} hat {bits} Bit, nötig sind {least}. Lassen Sie den Aussteller einen längeren benutzen.',
  TOKENS_KEYS_AWAY:
    'Die Schlüssel waren von {address} nicht zu bekommen. Stimmt die Adresse, und erreicht dieser Rechner sie?',
  TOKEN_FORM: 'Das ist kein JSON Web Token: drei Teile mit Punkten dazwischen.',
  TOKEN_USER:
    'Die Angabe „{claim}“ fehlt oder ist kein Name, den ein Zugang haben könnte (Buchstaben, Ziffern und . _ @ -, kein + # / oder $).',
  TOKEN_USER_OTHER:
    'Das Token gehört „{user}“, der mitgeschickte Name ist aber „{name}“. Schicken Sie denselben oder keinen.',
  TOKEN_CLAIM_MISSING: 'Dem Token fehlt die Angabe „{claim}“, die hier nötig ist.',
  TOKEN_ISSUER:
    'Das Token hat jemand anderes ausgestellt: Seine Angabe „iss“ ist nicht der Aussteller, der hier steht.',
  TOKEN_AUDIENCE:
    'Das Token ist für einen anderen Dienst gedacht: In seiner Angabe „aud“ steht nicht, was hier eingetragen ist.',
  TOKEN_EARLY: 'Das Token gilt noch nicht (Angabe „nbf“). Geht die Uhr richtig?',
  TOKEN_ALGORITHM:
    'Das Token ist nicht mit einem privaten Schlüssel unterschrieben (RS, PS, ES oder EdDSA). Tokens mit geteiltem Geheimnis (HS256) oder ohne Unterschrift gelten hier nie.',
  TOKEN_KEY:
    'Keiner der Schlüssel passt zum Token. Ist es der richtige Aussteller, und sind die Schlüssel aktuell?',
  TOKEN_KEY_UNNAMED:
    'Mehrere Schlüssel passen, und das Token nennt seinen nicht („kid“). Lassen Sie den Aussteller ihn nennen.',
  TOKEN_EXPIRED: 'Das Token ist abgelaufen (Angabe „exp“). Holen Sie beim Aussteller ein neues.',
  TOKEN_SIGNATURE:
    'Die Unterschrift stimmt nicht: Das Token wurde verändert oder mit einem anderen Schlüssel unterschrieben.',

  MOSQUITTO_SIGN:
    'Mosquitto versteht „{word}{sign}“ nicht. Gelesen wurde „{word}“ mit einem Leerzeichen danach.',
  MOSQUITTO_LINE: '„{line}“ war nicht zu lesen. Davon wurde nichts übernommen.',
  MOSQUITTO_FILTER: 'Der Filter „{filter}“ ist nicht zu gebrauchen: {problem}',
  MOSQUITTO_TOPIC_PLACES:
    'Mosquitto setzt %u und %c nur hinter „pattern“ ein; „topic {filter}“ hat also nie für ein Gerät gegolten. Die Zeile wurde gelesen, wie sie gemeint war.',
  MOSQUITTO_SUBSCRIBES:
    'Mosquitto gewährt jedes Abonnement und liefert dann weniger. Hier muss ein Abonnement ganz erlaubt sein: Ein Gerät, das mehr abonniert, als es empfangen darf, wird abgewiesen und erfährt es.',
  MOSQUITTO_LINE_OF_NOBODY: 'Für wen „{line}“ gilt, war nicht zu lesen. Davon wurde nichts übernommen.',
  MOSQUITTO_SYS:
    'An „{filter}“ sendet hier nur der Broker selbst; das Recht, dorthin zu senden, wurde nicht übernommen.',
  MOSQUITTO_USER_ROLE:
    '„{name}“ ist hier kein Gerät und darf, was die Regeln für die Rolle dieses Zugangs erlauben, was auch immer sonst in der Zugriffsliste steht.',
  MOSQUITTO_USER_MISSING: 'Es gibt keinen Zugang „{name}“. Seine Regeln warten, bis Sie einen anlegen.',
  MOSQUITTO_USER_STANDS: 'Es gibt schon einen Zugang „{name}“. Er behält sein Passwort und seine Rolle.',
  MOSQUITTO_RULES_STAND: 'Regeln, die es schon gibt und die nicht noch einmal dazukommen: {count}.',
  MOSQUITTO_LIMIT: 'Eine Grenze von {wanted} geht hier nicht. Sie wird zu {after}.',
  MOSQUITTO_NO_FILE:
    'Wählen Sie mindestens eine Datei: mosquitto.conf, die Passwortdatei oder die Zugriffsliste (ACL).',
  MOSQUITTO_FILE_LARGE:
    'Die Datei für {file} hat mehr als 1 MB. So viel braucht kein Haus; ist es die richtige?',
  MOSQUITTO_FILE_BINARY: 'Die Datei für {file} ist keine Textdatei. Ist es die richtige?',
  MOSQUITTO_FILE_LONG:
    'Die Datei für {file} hat {lines} Zeilen, gelesen werden höchstens {most}. Ist es die richtige?',
  MOSQUITTO_LINE_LONG:
    'Zeile {line} der Datei für {file} hat mehr als {most} Zeichen. Ist es die richtige Datei?',
  MOSQUITTO_MANY_ACCOUNTS:
    'In der Passwortdatei stehen {count} neue Zugänge; übernommen werden höchstens {most}.',
  MOSQUITTO_MANY_RULES:
    'In der Zugriffsliste stehen {count} neue Regeln, und Platz ist für {room}. Lassen Sie eine für mehrere stehen, mit „pattern“ und %u oder %c.',
  MOSQUITTO_BRIDGE_LEFT_OUT: 'Die Brücke „{name}“ wurde nicht übernommen. {problem}',
  MOSQUITTO_BRIDGE_EMPTY: 'Sie hat kein Topic und überträgt darum nichts.',
  MOSQUITTO_BRIDGE_FORM:
    'Ihr Port ist keiner, oder ihr Name, ihre Anmeldung oder eines ihrer Topics ist zu lang, oder es sind zu viele.',
  MOSQUITTO_BRIDGE_STANDS: 'Es gibt schon eine Brücke „{name}“. Sie bleibt, wie sie ist.',
  MOSQUITTO_PASSWORD_LINE:
    'Diese Zeile besteht nicht aus Name, Doppelpunkt und Passwort. Davon wurde nichts übernommen.',
  MOSQUITTO_PASSWORD_PLAIN:
    'Das Passwort von „{name}“ steht im Klartext in der Datei. Hier wird nur sein Hash aufbewahrt; löschen Sie die Datei.',
  MOSQUITTO_USER_NAME:
    '„{name}“ geht hier nicht als Name eines Zugangs: nur Buchstaben, Ziffern, Leerzeichen und . _ @ -. Legen Sie den Zugang von Hand unter einem anderen Namen an.',
  MOSQUITTO_USER_TWICE: '„{name}“ steht zweimal in der Datei. Wie bei Mosquitto gilt die erste Zeile.',
  MOSQUITTO_OPTION:
    '„{option}“ wurde nicht übernommen: Das ist keine Option von Mosquitto, oder es gibt hier nichts Entsprechendes.',
  MOSQUITTO_FILE_WANTED:
    '„{option}“ nennt die Datei {file}. Fügen Sie auch diese Datei hier hinzu, um ihren Inhalt zu übernehmen.',
  MOSQUITTO_LISTENER:
    'Mosquitto hat auf {value} gelauscht. Wirehouse lauscht, wo seine Einstellungen es sagen: auf 1883 und mit TLS auf 8883, wenn Sie nichts anderes gewählt haben.',
  MOSQUITTO_CERTIFICATE:
    'Mosquitto hat die Datei {value} benutzt. Wirehouse hat sich eigene Zertifikate gemacht; unter „Zugänge“ können Sie Ihre einsetzen.',
  MOSQUITTO_KEYS:
    'Die vereinbarten Schlüssel ({value}) wurden nicht übernommen. Machen Sie unter „Zugänge“ neue.',
  MOSQUITTO_OPEN:
    'Mosquitto hat alle ohne Anmeldung hereingelassen. Hier brauchen nur Programme auf diesem Rechner keine: Legen Sie für jedes Gerät im Netz einen Zugang an.',
  MOSQUITTO_CLOSED:
    'Mosquitto hat niemanden ohne Anmeldung hereingelassen. Hier brauchen Programme auf diesem Rechner keine, bis Sie das unter „Zugriff“ abschalten.',
  MOSQUITTO_BRIDGE_ADDRESS: 'Die Brücke „{name}“ hat keine Adresse. Davon wurde nichts übernommen.',
  MOSQUITTO_BRIDGE_ADDRESSES:
    'Die Brücke „{name}“ hat mehrere Adressen. Übernommen wurde die erste, {first}.',
  MOSQUITTO_BRIDGE_FILE:
    'Die Brücke „{name}“ benutzt das Zertifikat {file}. Setzen Sie es in die Verbindung ein, die für die Brücke angelegt wird.',
  MOSQUITTO_BRIDGE_TOPIC:
    'Die Zeile „topic {value}“ der Brücke „{name}“ war nicht zu lesen. Davon wurde nichts übernommen.',

  NOTICE_WAITING: '{count} unterwegs',
  NOTICE_SENT: '{count} gesendet',
  HOUSE_KEY_UNREADABLE:
    'Der Schlüssel für Meldungen in Browsern lässt sich nicht lesen: Er wurde mit einer anderen Datei secret.key gespeichert. Legen Sie diese in den Datenordner zurück.',
  WEB_ANSWERED: '{host} hat mit dem Fehler {status} geantwortet.',
  WEB_MACHINE:
    '{host} ist dieser Rechner selbst, und den darf diese Verbindung nicht erreichen. Öffnen Sie sie und erlauben Sie es, falls es so gemeint ist.',
  WEB_OUT_OF_BOUNDS:
    '{host} führt zu einer Adresse, an die von hier nichts gesendet wird. Prüfen Sie die Adresse.',
  WEB_NOT_FOUND: 'Die Adresse von {host} war nicht zu finden.',
  WEB_NO_WAY: 'Es gibt keinen Weg zu {host}.',
  WEB_CLOSED_DOOR: '{host} hat die Verbindung abgelehnt.',
  WEB_SILENT: '{host} hat nicht rechtzeitig geantwortet.',
  WEB_CERTIFICATE: 'Dem Zertifikat von {host} wird nicht vertraut.',
  WEB_BROKE: 'Die Verbindung zu {host} ist abgebrochen ({why}).',

  FILE_TOO_LARGE: 'Die Datei hat mehr als {megabytes} MB. Teilen Sie sie in mehrere Dateien auf.',
  FILE_NOT_JSON:
    'Die Datei ist kein JSON: In Zeile {line}, Spalte {column}, {problem}. Exportieren Sie sie neu, oder reparieren Sie sie in einem Texteditor.',
  BODY_NOT_JSON: 'Die Anfrage ist kein JSON: In Zeile {line}, Spalte {column}, {problem}.',
  FILE_FORMAT: 'Das ist keine Flow-Datei: Das Feld „format“ sollte „wirehouse/flow@1“ lauten.',
  FILE_SHAPE: 'In der Datei fehlt die Liste „flows“.',
  FILE_TOO_DEEP: 'Die Datei ist tiefer als {levels} Ebenen verschachtelt. Kein Flow braucht das.',
  FILE_HOSTILE_KEY: 'Der Schlüssel „{key}“ ist nicht erlaubt. Nehmen Sie ihn aus der Datei.',
  FILE_INVALID: 'Die Datei lässt sich nicht lesen. Unten steht, woran es liegt.',

  FLOW_UNKNOWN: 'Diesen Flow gibt es nicht. Vielleicht wurde er gelöscht.',
  FLOW_EXISTS: 'Einen Flow mit dieser Kennung gibt es schon.',
  FLOW_CHANGED: 'Jemand anderes hat diesen Flow inzwischen geändert.',
  FLOW_NOT_RESTORED:
    'Der Flow „{id}“ lässt sich nicht zurückholen: Er wurde vor zu langer Zeit gelöscht, oder ein anderer hat jetzt seine Kennung.',
  LOG_UNKNOWN: 'Diese Änderung gibt es nicht, oder sie ist zu alt.',
  LOG_FINAL:
    'Benutzer, Tokens, Schlüssel und Zertifikate kommen und gehen nicht durch Rückgängigmachen: Es geht darum, wer hereinkommt. Neu anlegen oder löschen.',
  LOG_UNDONE: 'Das wurde schon rückgängig gemacht.',
  LOG_SUPERSEDED:
    'Das wurde seither noch einmal geändert. Machen Sie zuerst die spätere Änderung rückgängig.',
  CHANGE_INVALID: 'Die Änderung kann nicht übernommen werden: {problem}',
  CHANGE_TOO_LARGE:
    'Mit dieser Änderung hätte der Flow mehr als {megabytes} MB. Teilen Sie ihn in mehrere Flows auf.',
  CHANGE_ID_TAKEN: 'Eine Änderung mit dieser Kennung gibt es schon.',
  CHANGE_SHAPE: '{path}: {problem}',
  FLOW_INVALID: 'Der Flow kann so nicht laufen. Die Stellen sind markiert.',
  FLOW_NOT_RUNNING: 'Der Flow „{flow}“ läuft nicht. Setzen Sie ihn zuerst in Betrieb.',
  CHAIN_INBOX_OFF:
    'Dieses Haus bewahrt keine Nachrichten auf der Karte auf (WIREHOUSE_INBOX ist aus). Ein Absturz kostet, was der Flow gerade in den Händen hat.',
  FLOW_QUARANTINED:
    '„{name}“ wurde angehalten, weil der Flow immer wieder hängen blieb oder zu viel Speicher nahm. Berichtigen Sie den markierten Knoten und starten Sie den Flow wieder.',
  HOST_FULL: 'Die Flows eines Threads halten zusammen zu viel im Speicher. Er wurde neu gestartet.',
  PUBLISH_BUSY:
    '{limit} Nachrichten warten auf den Broker. Senden Sie weniger, oder bremsen Sie mit einem Verzögerungs-Knoten.',
  HOST_PARTED:
    'Ein Knoten brauchte lange, während andere Flows warteten. Sein Flow hat jetzt einen eigenen Thread.',
  FLOW_STOPPED: 'Der Flow wurde angehalten, bevor er geantwortet hatte.',
  HOST_ENDED:
    'Der Teil von Wirehouse, in dem dieser Flow läuft, wurde beendet und neu gestartet. Was noch nicht verarbeitet war, wird noch einmal zugestellt.',
  NODE_CANNOT_RUN:
    'Der Knoten „{node}“ kann zurzeit nicht laufen. Beheben Sie, was er anzeigt, und setzen Sie den Flow neu in Betrieb.',
  ALARM_UNKNOWN: 'Diesen Alarm gibt es nicht mehr.',
  ALARMS_TOO_MANY:
    'Von diesem Knoten stehen schon {limit} Alarme. Schließen Sie welche, oder wählen Sie einen Schlüssel, der für Nachrichten von derselben Sache gleich ist.',
  ALARM_TOO_LARGE:
    'Die Nachricht, die diesen Alarm auslöst, hat mehr als 12 MB. Nehmen Sie vorher heraus, was groß ist.',
  REVISION_UNKNOWN:
    'Eine Fassung {number} dieses Flows gibt es nicht. Von den ältesten werden nicht alle aufbewahrt.',
  NODE_ID_TWICE: 'Zwei Knoten haben die Kennung „{id}“. Geben Sie einem davon eine andere.',
  NOTE_ID_TWICE: 'Zwei Notizen oder Knoten haben die Kennung „{id}“. Geben Sie einer davon eine andere.',
  GROUP_ID_TWICE: 'Zwei Gruppen haben die Kennung „{id}“. Geben Sie einer davon eine andere.',
  SUBFLOW_ID_TWICE: 'Zwei Subflows haben die Kennung „{id}“. Geben Sie einem davon eine andere.',
  SUBFLOW_MISSING:
    'Den Subflow, für den „{name}“ steht, gibt es nicht. Entfernen Sie den Knoten oder wählen Sie einen Subflow.',
  SUBFLOW_PORT_OUTSIDE:
    '„{name}“ ist ein Anschluss eines Subflows und kann nur in einem stehen. Entfernen Sie ihn.',
  SUBFLOW_TOO_LARGE:
    'Mit allem, was in „{name}“ steht, ist der Flow zu groß. Verwenden Sie den Subflow seltener oder machen Sie ihn kleiner.',
  SUBFLOW_ENDLESS: 'Der Subflow „{name}“ enthält sich selbst. Entfernen Sie ihn aus dem, was in ihm steht.',
  NODE_TYPE_UNKNOWN:
    '„{name}“ ist vom Typ „{type}“, den dieses Wirehouse nicht kennt. Der Knoten steht als Platzhalter da und tut nichts; der Rest läuft.',
  NODE_UNKNOWN:
    'Im laufenden Flow „{flow}“ gibt es keinen Knoten „{node}“. Setzen Sie den Flow in Betrieb, oder wählen Sie einen anderen Knoten.',
  WIRE_KIND:
    '„{from}“ sendet {sends}, „{to}“ erwartet {takes}. Setzen Sie einen Vorlagen- oder Funktions-Knoten dazwischen.',
  CONNECTION_NOT_CHOSEN:
    '„{name}“ hat noch keine Verbindung im Feld „{field}“. Wählen Sie eine aus oder legen Sie eine an.',
  CONNECTION_MISSING:
    'Die Verbindung „{connection}“ gibt es hier nicht. Wählen Sie eine andere, oder legen Sie sie an.',
  CONNECTION_NOT_PAIRED: 'Mit der Verbindung „{connection}“ lässt sich nichts koppeln.',
  CONNECTION_UNKNOWN: 'Diese Verbindung gibt es nicht mehr.',
  CONNECTION_IN_USE:
    'Laufende Flows benutzen diese Verbindung: {flows}. Halten Sie sie zuerst an oder ändern Sie sie.',
  CONNECTION_INVALID:
    'Die Verbindung ist nicht richtig ausgefüllt. Öffnen Sie sie und prüfen Sie die Felder.',
  SECRET_AGAIN:
    'Die Adresse hat sich geändert. Geben Sie „{field}“ noch einmal ein, damit es nicht versehentlich anderswohin geht.',
  CONNECTION_TYPE_UNKNOWN: 'Diese Art von Verbindung kennt dieses Wirehouse nicht.',
  SECRET_UNREADABLE:
    'Ein Geheimnis dieser Verbindung wurde mit einem anderen Schlüssel gespeichert. Geben Sie es neu ein, oder legen Sie die alte Datei secret.key zurück in den Datenordner.',

  NODE_NEWER:
    'Diesen Knoten hat ein neueres Wirehouse gemacht (Fassung {version} von „{type}“; hier ist es {here}). Aktualisieren Sie Wirehouse.',
  DEAD_LETTER:
    '{count} Nachrichten ließen sich nicht verarbeiten und liegen jetzt bei den unzustellbaren. Die letzte scheiterte hieran: {error}',
  DEAD_LETTER_DISCARDED:
    '{count} Nachrichten ließen sich nicht verarbeiten und wurden verworfen, wie es die Regel dieses Flows will.',
  DEAD_LETTERS_FULL:
    'Es gibt zu viele unzustellbare Nachrichten: Die ältesten {count} wurden verworfen. Sehen Sie die übrigen an, und beheben Sie, woran sie scheitern.',
  DEAD_LETTERS_EXPIRED:
    '{count} unzustellbare Nachrichten wurden verworfen, weil 30 Tage lang niemand nach ihnen gesehen hat.',
  DEAD_LETTER_UNKNOWN: 'Die unzustellbare Nachricht {id} gibt es nicht mehr.',
  MESSAGE_UNHANDLED:
    'Ihr Flow ist dreimal an ihr gescheitert. Woran, steht im Protokoll der Zeit vor dem Start.',
  MESSAGE_AT_CRASHES:
    'Wirehouse kam {ends}-mal zu einem jähen Ende, während der Flow diese Nachricht hatte. Sehen Sie nach, ob der Flow die Ursache ist, und versuchen Sie es dann noch einmal mit ihr.',
  MESSAGES_DISCARDED:
    '{count} Nachrichten, mit denen der Flow nicht fertig war, wurden verworfen, weil er angehalten oder entfernt wurde, was sie annimmt.',
  NODE_STOPPED:
    'Der Knoten wurde angehalten, während er diese Nachricht zurückhielt, die sich nicht speichern lässt. Senden Sie sie noch einmal.',
  HELD_IN_MEMORY:
    'Eine Nachricht, die hier wartet, lässt sich nicht speichern: {reason}. Ein Neustart würde sie verlieren. Senden Sie nur Werte, Texte und Bytes.',
  HELD_NODE_GONE:
    'Der Knoten, der diese Nachricht zurückhielt, wurde entfernt oder ist jetzt einer von anderem Typ. Senden Sie sie noch einmal, wenn sie noch wichtig ist.',
  HELD_GIVEN_UP:
    'Als dieser Knoten entfernt wurde oder einen anderen Typ bekam, warteten in ihm {count} Nachrichten. Sie stehen bei den unzustellbaren.',
  WIRE_NODE_MISSING:
    'Die Leitung von „{from}“ nach „{to}“ endet an einem Knoten „{node}“, den es nicht gibt. Entfernen Sie die Leitung.',
  WIRE_OUTPUT_MISSING: '„{name}“ hat keinen Ausgang „{port}“. Entfernen Sie die Leitung.',
  WIRE_INPUT_MISSING: '„{name}“ hat keinen Eingang „{port}“. Entfernen Sie die Leitung.',
  WIRE_TWICE: 'Von „{from}“ nach „{to}“ gibt es zwei Leitungen. Entfernen Sie eine.',

  TOPIC_EMPTY: 'Das Topic ist leer. Geben Sie eines ein, zum Beispiel home/door/bell.',
  TOPIC_CHARACTER:
    'Das Topic enthält an Stelle {place} ein Zeichen, das nicht erlaubt ist ({character}). Entfernen Sie es.',
  TOPIC_TOO_LONG: 'Das Topic hat {bytes} Bytes, erlaubt sind {limit}. Kürzen Sie es.',
  TOPIC_TOO_DEEP: 'Das Topic hat {levels} Ebenen, erlaubt sind {limit}. Nehmen Sie weniger Schrägstriche.',
  TOPIC_SHARED:
    'Geteilte Abonnements ($share/…) versteht dieser Broker nicht. Nehmen Sie das Topic ohne den Anfang.',

  MQTT_NO_OWNER:
    'Das Haus hat noch keinen Eigentümer. Öffnen Sie es in einem Browser und richten Sie es ein.',
  MQTT_NETWORK_CLOSED:
    'MQTT ist für das Netz geschlossen. Der Eigentümer kann es im Bereich MQTT unter „Zugriff“ öffnen.',
  MQTT_LOGIN_NEEDED: 'Es kam ohne Anmeldung. Tragen Sie dort Name und Passwort eines Zugangs ein.',
  MQTT_BAD_LOGIN: 'Benutzername oder Passwort ist falsch.',
  MQTT_TOO_MANY_ATTEMPTS:
    'Von dieser Adresse kamen zu viele falsche Anmeldungen. Die nächste wird in {seconds} Sekunden geprüft.',
  MQTT_CLIENT_OF_ANOTHER:
    'Die Client-ID „{client}“ gehört einem anderen Zugang. Geben Sie dem Gerät eine andere, oder geben Sie diese im Bereich MQTT unter „Zugriff“ frei.',
  MQTT_SIGN_IN_UNAVAILABLE: 'Die Anmeldung ließ sich nicht prüfen. Warum, steht im Protokoll von Wirehouse.',
  MQTT_LOGIN_OVER:
    'Die Anmeldung gilt nicht mehr: Der Zugang wurde entfernt, ist abgelaufen, oder der Eigentümer hat diesen Weg geschlossen.',
  MQTT_SUBSCRIPTION_ASLEEP:
    'Das Abonnement „{topic}“ ist von den Regeln nicht mehr gedeckt. Bis es wieder so ist, kommt darüber nichts an.',
  MQTT_QOS_TOO_HIGH: 'An „{topic}“ darf höchstens mit QoS {limit} gesendet werden; verlangt war {qos}.',
  MQTT_RETAIN_NOT_ALLOWED:
    'Senden an „{topic}“ ist erlaubt, aber keine Regel erlaubt, dass der Broker die Nachricht dort aufbewahrt (retained).',
  MQTT_PUBLISH_DENIED: 'Eine Regel verbietet, an „{topic}“ zu senden.',
  MQTT_SUBSCRIBE_DENIED: 'Eine Regel verbietet, „{topic}“ zu abonnieren.',
  MQTT_RECEIVE_DENIED: 'Eine Regel verbietet, Nachrichten von „{topic}“ zu bekommen.',
  MQTT_PUBLISH_NOT_ALLOWED: 'Keine Regel erlaubt, an „{topic}“ zu senden.',
  MQTT_SUBSCRIBE_NOT_ALLOWED: 'Keine Regel erlaubt, „{topic}“ ganz zu abonnieren.',
  MQTT_RECEIVE_NOT_ALLOWED: 'Keine Regel erlaubt, Nachrichten von „{topic}“ zu bekommen.',
  RULES_TOO_MANY:
    'Es gibt schon {count} Regeln. Entfernen Sie welche, oder lassen Sie eine für mehrere stehen: nach Rolle, oder mit %u und %c.',
  RULE_UNKNOWN: 'Diese Regel gibt es nicht mehr.',
  RULE_FOR_BROKER: 'An „{topic}“ sendet nur der Broker selbst. Erlauben Sie nur, davon zu empfangen.',
  CLIENT_ID_UNKNOWN: 'Diese Client-ID gehört niemandem. Vielleicht wurde sie schon freigegeben.',

  HOUSE_DISK_FULL:
    'Das Laufwerk mit dem Datenordner {folder} ist voll. Nichts kann gespeichert werden, und garantierte Nachrichten werden erst bestätigt, wenn wieder Platz ist. Schaffen Sie Platz.',
  HOUSE_DISK_NEARLY_FULL:
    'Auf dem Laufwerk mit dem Datenordner {folder} sind nur noch {megabytes} MB frei. Schaffen Sie Platz, bevor nichts mehr gespeichert werden kann.',
  HOUSE_INBOX_FULL:
    'Im Eingang warten so viele Nachrichten auf ihre Flows, dass keine weitere hineinpasst. Neue werden nicht bestätigt. Sehen Sie nach, welcher Flow sie nicht annimmt.',
  HOUSE_BACKUP_FAILED:
    'Die Sicherung von Flows und Personen ist fehlgeschlagen ({reason}). Sie wird jede Nacht und nach Änderungen wiederholt. Prüfen Sie Platz und Rechte in {folder}.',
  HOUSE_DATABASE_DAMAGED:
    'In {files} wurde ein Schaden gefunden. Prüfen Sie Laufwerk oder Speicherkarte, und starten Sie Wirehouse neu: Es nimmt dann die letzte gute Sicherung.',
  HOUSE_DATABASE_RESTORED:
    'Die Datenbank {file} war beschädigt. Die Sicherung vom {at} steht an ihrer Stelle: Was seitdem geändert wurde, fehlt. Die beschädigte liegt in {aside}. Sehen Sie Ihre Flows und Personen durch, und prüfen Sie Laufwerk oder Speicherkarte.',
  HOUSE_DATABASE_LOG_MISSING:
    'Die Datei {file}-wal fehlt, obwohl Wirehouse nicht ordentlich beendet wurde. Die letzten Änderungen davor können fehlen: Sehen Sie Ihre Flows und Personen durch.',
  HOUSE_BROKER_MEMORY_LOST:
    'Die Datenbank des MQTT-Brokers war beschädigt und beginnt neu: Behaltene Nachrichten, Sitzungen und was auf abwesende Clients wartete, sind weg. Die beschädigte liegt in {aside}. Starten Sie Geräte neu, die sich auf behaltene Nachrichten verlassen, und prüfen Sie Laufwerk oder Speicherkarte.',
  HOUSE_INBOX_LOST:
    'Der Eingang war beschädigt und beginnt neu: Nachrichten, die bestätigt, aber noch nicht bearbeitet waren, können verloren sein. Der beschädigte liegt in {aside}. Sehen Sie nach, ob ein Alarm fehlt, und prüfen Sie Laufwerk oder Speicherkarte.',
  HOUSE_CERTIFICATE_UNUSABLE:
    'Das eigene Zertifikat für MQTT mit TLS ist nicht zu gebrauchen: {reason} Geräte sehen weiter das vorige oder das des Hauses.',
  HOUSE_CERTIFICATE_ENDS:
    'Das eigene Zertifikat für MQTT mit TLS gilt bis zum {day}. Lassen Sie es erneuern und legen Sie das neue an seine Stelle.',
  HOUSE_CERTIFICATE_ENDED:
    'Das eigene Zertifikat für MQTT mit TLS galt bis zum {day}: Geräte weisen es zurück. Legen Sie ein neues an seine Stelle oder kehren Sie zu dem des Hauses zurück.',
  TLS_OFF:
    'TLS ist ausgeschaltet (WIREHOUSE_MQTTS_PORT ist „off“). Geben Sie einen Port an und starten Sie Wirehouse neu.',
  IDENTITY_TAKEN:
    'Es gibt schon einen Schlüssel mit der Kennung „{identity}“. Nehmen Sie eine andere oder entfernen Sie zuerst jenen Schlüssel.',
  PRE_SHARED_KEY_UNKNOWN: 'Diesen Schlüssel gibt es nicht mehr.',
  DEVICE_CERTIFICATE_UNKNOWN: 'Dieses Zertifikat gibt es nicht mehr.',
  ORIGIN_INVALID:
    '„{origin}“ ist keine Herkunft. Sie ist der Anfang einer Seitenadresse: https://panel.example.org',
  CERTIFICATE_FILE:
    'Die Datei {file} lässt sich nicht lesen ({reason}). Lassen Sie den Benutzer dieses Servers sie lesen oder geben Sie mit WIREHOUSE_TLS_CERT und WIREHOUSE_TLS_KEY andere an.',
  CERTIFICATE_BY_SETTING:
    'Das Zertifikat kommt aus den Dateien, die WIREHOUSE_TLS_CERT und WIREHOUSE_TLS_KEY nennen. Ersetzen Sie diese Dateien oder entfernen Sie die Einstellungen.',
  CERTIFICATE_UNREADABLE:
    'Darin steht kein Zertifikat. Es ist ein Text, der mit „-----BEGIN CERTIFICATE-----“ beginnt (PEM).',
  CERTIFICATE_ENDED: 'Das Zertifikat galt bis zum {day}. Lassen Sie es erneuern und nehmen Sie das neue.',
  CERTIFICATE_NOT_YET:
    'Das Zertifikat gilt erst ab dem {day}. Ist das schon vorbei, stellen Sie die Uhr dieses Rechners.',
  CERTIFICATE_REFUSED:
    'OpenSSL nimmt dieses Zertifikat nicht ({reason}). Nehmen Sie eines mit einem EC-Schlüssel oder einem RSA-Schlüssel ab 2048 Bit.',
  KEY_UNREADABLE:
    'Darin steht kein privater Schlüssel. Er ist ein Text, der mit „-----BEGIN PRIVATE KEY-----“ beginnt (PEM).',
  KEY_LOCKED:
    'Der Schlüssel ist mit einem Passwort verschlossen. Öffnen Sie ihn vorher: openssl pkey -in verschlossen.pem -out key.pem',
  KEY_OF_ANOTHER:
    'Der Schlüssel gehört zu einem anderen Zertifikat. Nehmen Sie den, der zusammen mit ihm entstanden ist.',
  CONDITION_UNKNOWN: 'Diesen Hinweis gibt es nicht mehr.',
  DISK_FULL:
    'Der Datenträger mit dem Datenordner ist voll; das wurde nicht gespeichert. Schaffen Sie Platz und versuchen Sie es noch einmal.',
  INBOX_FULL:
    'Im Eingang warten {count} Nachrichten auf ihre Flows, mehr passen nicht hinein. Sehen Sie nach, welcher Flow sie nicht abnimmt.',
  OUTBOX_FULL:
    'Im Ausgang warten schon {count} Nachrichten, mehr passen nicht hinein. Die Seite „Alarme“ zeigt, warum sie nicht hinausgehen.',
  OUTBOX_CLOSED: 'Wirehouse wird gerade beendet; das wurde nicht mehr zum Senden angenommen.',
  POST_INVALID: 'Das lässt sich nicht senden: {problem}',
  POST_NOT_KEPT: 'Der Datenträger nimmt diese Nachricht nicht an: {problem}.',
  POST_UNKNOWN: 'Diese Nachricht gibt es im Ausgang nicht mehr.',
  POST_UNDER_WAY: 'Die Nachricht {number} wird gerade gesendet.',
  POST_GONE: 'Die Nachricht {number} wurde gesendet oder ist nicht mehr aufbewahrt.',
  POST_EXPIRED: 'Sie hat zu lange gewartet und ist nichts mehr wert.',
  POST_EXPIRED_FOR: 'Sie hat zu lange gewartet: {problem}',
  POST_UNCERTAIN:
    'Niemand weiß, ob sie angekommen ist, und zweimal darf sie nicht gesendet werden. Sehen Sie dort nach, und senden Sie sie nötigenfalls von Hand noch einmal.',
  POST_DISCARDED: '{by} hat sie verworfen.',
  POST_CONNECTION_DELETED: 'Die Verbindung „{connection}“, die sie senden sollte, wurde gelöscht.',
  CONNECTION_CANNOT_SEND: 'Die Verbindung „{connection}“ kann nichts senden. Wählen Sie eine andere.',
  POST_UNREADABLE: 'Was gesendet werden sollte, lässt sich nicht mehr vom Datenträger lesen.',
  POST_BROKEN: 'Die Verbindung „{connection}“ hat unerwartet versagt ({error}) und sie nicht gesendet.',
  POST_HANGS: 'Die Gegenstelle hat seit {seconds} s nicht geantwortet.',
  POST_INTERRUPTED: 'Die Verbindung wurde geschlossen, bevor die Gegenstelle geantwortet hatte.',
  CONNECTION_NOT_OPEN: 'Die Verbindung „{connection}“ ließ sich nicht öffnen ({error}).',
  POST_NOT_ON_DISK:
    'Der Datenträger nimmt gerade nichts an; niemand könnte später sagen, ob sie gesendet wurde.',
  POST_PAUSED: 'Die Gegenstelle hat um eine Pause gebeten.',
  POST_PACED: 'Sie wartet, bis sie an der Reihe ist, damit die Grenzen des Dienstes gewahrt bleiben.',
  POST_IN_LINE: 'Sie wartet auf die vor ihr.',
  NEWS_REFUSED:
    'Dem Knoten wurde noch dreimal gesagt, was aus seiner Nachricht geworden ist, und jedes Mal ist er daran gescheitert: {problem}',
  STORE_CLOSED: 'Wirehouse wird gerade beendet; das wurde nicht gespeichert.',
  STORE_FAILED:
    'Die Datenbank schreibt nicht mehr. Starten Sie Wirehouse neu; bis dahin wird nichts gespeichert.',

  TOPIC_WILDCARD:
    'Eine Nachricht geht an ein einziges Topic: „{topic}“ darf weder + noch # enthalten. Schreiben Sie das Topic aus.',
  TOPIC_WILDCARD_PLACE:
    'In „{topic}“ müssen + und # für eine ganze Ebene zwischen Schrägstrichen stehen, und # nur am Ende: home/+/temperature oder home/#.',
  TOPIC_RESERVED: 'Topics, die mit $ beginnen, gehören dem Broker. Nehmen Sie ein anderes.',
  CONFIG_INVALID: '{field}: {problem}',
  FLOW_SHAPE: '{path}: {problem}',
  WIRE_SHAPE: '{path}: {problem}',
  VALUE_CHOICE: 'Wählen Sie aus der Liste.',
  VALUE_WRONG: 'Das passt hier nicht.',
  VALUE_MISSING: 'Das wird benötigt.',
  VALUE_WHOLE: 'Eine ganze Zahl.',
  VALUE_NUMBER: 'Eine Zahl.',
  VALUE_TEXT: 'Ein Text.',
  VALUE_BOOLEAN: 'Ja oder Nein.',
  VALUE_LIST: 'Eine Liste.',
  VALUE_OBJECT: 'Ein Objekt mit Feldern.',
  VALUE_AT_LEAST: 'Mindestens {bound}.',
  VALUE_AT_MOST: 'Höchstens {bound}.',
  VALUE_MORE_THAN: 'Mehr als {bound}.',
  VALUE_LESS_THAN: 'Weniger als {bound}.',
  VALUE_TOO_SHORT: 'Mindestens {count} Zeichen.',
  VALUE_TOO_LONG: 'Höchstens {count} Zeichen.',
  VALUE_TOO_FEW: 'Mindestens so viele Einträge: {count}.',
  VALUE_TOO_MANY: 'Höchstens so viele Einträge: {count}.',
  VALUE_MULTIPLE: 'Ein Vielfaches von {bound}.',
  VALUE_UNKNOWN_KEYS: 'Unbekannt: {keys}. Entfernen Sie es.',
  JSON_VALUE: 'fehlt ein Wert: eine Zahl, "Text", true, false, null, { oder [',
  JSON_VALUE_OR_END: 'fehlt ein Wert oder ]',
  JSON_NAME: 'fehlt ein Name in doppelten Anführungszeichen',
  JSON_NAME_OR_END: 'fehlt ein Name in doppelten Anführungszeichen oder }',
  JSON_COLON: 'fehlt ein Doppelpunkt',
  JSON_COMMA: 'fehlt ein Komma oder eine schließende Klammer',
  JSON_ENDS: 'endet der Text, und es {due}',
  JSON_MORE: 'steht mehr als ein Wert',
  JSON_PIECE: 'steht {piece}, und das ist kein JSON-Wert',
  KIND_ANY: 'Beliebiges',
  KIND_EVENT: 'Ereignisse',
  KIND_BOOLEAN: 'Ja oder Nein',
  KIND_NUMBER: 'Zahlen',
  KIND_TEXT: 'Text',
  KIND_JSON: 'JSON',
  KIND_BYTES: 'Bytes',
  CONNECTING: 'verbindet',
  CONNECTED: 'verbunden',
  CONDITION_VALUE: '„{operator}“ braucht einen Wert zum Vergleichen.',
  'A colour is written like #ff8800.': 'Eine Farbe schreibt man so: #ff8800.',
  OUTPUT_TWICE: 'Zwei Ausgänge heißen „{title}“. Geben Sie jedem einen eigenen Namen.',
  CONDITION_BETWEEN: '„zwischen“ braucht zwei Werte.',
  CONDITION_CONTAINS: '„enthält“ braucht einen Wert, nach dem gesucht wird.',
  CONDITION_MATCHES: '„passt auf das Muster“ braucht ein Muster als Wert.',
  CONDITION_PATTERN: 'Das Muster {problem}.',
  CONDITION_KIND: '„ist von der Art“ nimmt eines von {kinds}.',
  CONDITION_CHANGED_BY:
    '„hat sich geändert um mehr als“ braucht eine Zahl, die nicht negativ ist, oder einen Anteil wie „5%“.',
  PATTERN_TOO_LARGE: 'ist zu groß; fassen Sie es kürzer',
  PATTERN_CLOSED: 'hat eine „)“ zu viel',
  PATTERN_ENDS: 'endet zu früh',
  PATTERN_BRACES: 'enthält {braces}, das endet, bevor es beginnt',
  PATTERN_REPEAT: 'enthält „{char}“, ohne dass davor etwas steht, das sich wiederholen könnte',
  PATTERN_DEEP: 'ist zu tief verschachtelt',
  PATTERN_GROUP: 'blickt voraus oder benennt eine Gruppe, was nicht unterstützt wird',
  PATTERN_OPEN: 'hat eine „(“, die nie geschlossen wird',
  PATTERN_DIGITS: 'enthält „\\{char}“ ohne seine Ziffern',
  PATTERN_BACK: 'verweist auf eine Gruppe zurück, was nicht unterstützt wird',
  PATTERN_RANGE: 'enthält den Bereich „{from}-{to}“, der endet, bevor er beginnt',
  TEMPLATE_OPEN:
    'Ein Platzhalter, der mit {{ beginnt, braucht }} an seinem Ende (Zeile {line}, Spalte {column}).',
  TEMPLATE_PATH:
    'Ein Platzhalter enthält einen Pfad in die Nachricht wie payload.temperature und dahinter Umformungen; „{next}“ gehört nicht hierher (Zeile {line}, Spalte {column}).',
  TEMPLATE_PIPES: 'Höchstens {limit} Umformungen (Zeile {line}, Spalte {column}).',
  TEMPLATE_PIPE_NAME: 'Eine Umformung braucht einen Namen. Es gibt {known} (Zeile {line}, Spalte {column}).',
  TEMPLATE_PIPE: 'Eine Umformung „{name}“ gibt es nicht. Es gibt {known} (Zeile {line}, Spalte {column}).',
  TEMPLATE_ARGUMENT: '{problem} (Zeile {line}, Spalte {column})',
  TEMPLATE_VALUE:
    'Der Wert lässt sich nicht als JSON schreiben, denn er enthält sich selbst oder ist zu tief verschachtelt (Zeile {line}, Spalte {column}).',
  TEMPLATE_TOO_LONG: 'Eine Vorlage hat höchstens {limit} Zeichen, diese hat {length}. Kürzen Sie sie.',
  TEMPLATE_GROWS:
    'Der Text würde länger als {limit} Zeichen. Setzen Sie weniger ein, oder einen kleineren Teil der Nachricht.',
  PIPE_NO_ARGUMENT: '{pipe} nimmt keine Angabe.',
  PIPE_TIME: '{pipe} nimmt eine Sprache und eine Zeitzone: | {pipe} de Europe/Berlin.',
  PIPE_ZONE: '„{zone}“ ist keine Zeitzone. Schreiben Sie eine wie Europe/Berlin.',
  PIPE_LANGUAGE: '„{language}“ ist keine Sprache. Schreiben Sie eine wie de oder en-GB.',
  PIPE_DIGITS: '{pipe} nimmt die Zahl der Nachkommastellen, 0 bis 20.',
  PIPE_DEFAULT: 'default nimmt einen Wert: | default "–".',
  PIPE_INDENT: 'json nimmt die Zahl der Leerzeichen zum Einrücken, 0 bis 8.',
  MQTT_TOO_LARGE: 'Die Nachricht ist größer, als der Broker erlaubt. Senden Sie weniger auf einmal.',
  MQTT_NOT_TAKEN:
    'Die Nachricht ist noch nicht in Sicherheit: Ein Datenträger ist voll, oder ein Flow kommt nicht nach. Senden Sie sie noch einmal, am besten mit einem Idempotency-Key, damit sie nur einmal hinausgeht.',
  MQTT_PUBLISH_REFUSED:
    'Keine Regel lässt „{user}“ an „{topic}“ senden. Wem das Haus gehört, kann es unter den Regeln des MQTT-Bereichs erlauben.',
  MQTT_RECEIVE_REFUSED:
    'Keine Regel lässt „{user}“ das Topic „{topic}“ lesen. Wem das Haus gehört, kann es unter den Regeln des MQTT-Bereichs erlauben.',
  MQTT_QOS_REFUSED: 'Für „{topic}“ gewähren die Regeln höchstens QoS {qos}. Verlangen Sie weniger.',
  MQTT_RETAIN_REFUSED:
    'Auf „{topic}“ erlauben die Regeln keine Nachricht, die aufbewahrt wird. Senden Sie sie ohne „retain“.',
  MQTT_RETAINED_FULL:
    'Die Nachricht an „{topic}“ lässt sich nicht aufbewahren und wurde nicht gesendet: Sie ist dafür zu groß, oder es sind schon zu viele. Löschen Sie welche, erhöhen Sie die Grenze, oder senden Sie sie ohne „retain“.',
  IDEMPOTENCY_KEY_REUSED:
    'Mit dem Schlüssel „{key}“ wurde im letzten Tag schon etwas anderes gesendet. Geben Sie jeder Nachricht einen eigenen.',
  IDEMPOTENCY_KEY: 'Ein Idempotency-Key hat 1 bis 200 Buchstaben, Ziffern oder Zeichen, ohne Leerzeichen.',
  CLIENT_UNKNOWN: '„{id}“ ist nicht mehr da, also gibt es nichts zu beenden.',
  CLIENT_TAKES_NOTHING:
    'Der Client hat {seconds} s lang nichts von dem genommen, was an ihn ging. Seine Verbindung wurde beendet.',
  CLIENT_SILENT: 'Der Client hat länger geschwiegen, als sein Keep-alive erlaubt. Er gilt als weg.',
  CLIENT_UNACKNOWLEDGED:
    'Der Client hat zu wenige der Nachrichten bestätigt, die an ihn gingen. Seine Verbindung wurde beendet.',
  CLIENT_PACKET_TOO_LARGE:
    'Der Client hat ein Paket von mehr als {bytes} Bytes gesendet. Seine Verbindung wurde beendet.',
  CLIENT_PACKET_MALFORMED:
    'Der Client hat etwas gesendet, das kein MQTT ist. Seine Verbindung wurde beendet.',
  CLIENT_DISCONNECTED: 'Die Verbindung wurde beendet: {reason}',
  CLIENT_TOO_FAST: 'Der Client sendet schneller, als er darf. Er wird gebremst; verloren geht nichts.',
  CLIENT_KICKED: '{by} hat die Verbindung beendet.',
  FLOW_BUSY:
    'Ein Flow, der diese Nachricht bekommt, kommt nicht nach. Senden Sie langsamer, oder filtern Sie davor.',
  CONNECTION_BUILT_IN: 'Diese Verbindung ist eingebaut und lässt sich nicht ändern.',
  CONNECTION_OTHER_TYPE:
    'Eine Verbindung mit dieser Kennung gibt es schon, von anderer Art. Nehmen Sie eine andere Kennung.',
  CONNECTION_ID:
    'Die Kennung einer Verbindung hat 1 bis 64 Buchstaben, Ziffern, Bindestriche oder Unterstriche.',
  SECRET_NOT_TEXT: '„{field}“ muss Text sein.',
  LOOP_QUEUE_FULL:
    '{limit} Nachrichten warten in den Schleifen dieses Flows. Bremsen Sie die Schleife mit einem Verzögerungs-Knoten.',
  MESSAGE_FUNCTION:
    'Die Nachricht enthält eine Funktion, die sich nicht kopieren lässt. Senden Sie nur, was sie ergibt.',
  MESSAGE_LOOP:
    'Die Nachricht enthält sich selbst oder ist zu tief verschachtelt und lässt sich nicht kopieren. Senden Sie nur einen Teil davon.',
  MESSAGE_TOO_LARGE: 'Die Nachricht ist zu groß, um sie zu kopieren. Senden Sie nur einen Teil davon.',
  LOOP_RUNAWAY:
    'Eine Nachricht lief in {seconds} Sekunden {limit}-mal durch eine Schleife, oder durch Leitungen, die sich teilen und wieder treffen, und wurde angehalten. Unterbrechen Sie die Schleife, oder bremsen Sie sie mit einem Verzögerungs-Knoten.',
  PORT_UNKNOWN: '„{name}“ hat keinen Anschluss „{port}“.',
  PORT_UNHANDLED: 'Der Knotentyp „{type}“ verarbeitet seinen Eingang „{port}“ nicht.',
  TOPIC_RECORDINGS_MANY: 'Es laufen schon {limit} Aufzeichnungen von Topics. Zuerst eine davon beenden.',
  TOPIC_RECORDING_UNHEARD:
    'Kein Knoten „MQTT-Eingang“ von „{flow}“ hört auf das, was aufgezeichnet wurde, oder es folgt ihm nichts. Einen für diese Topics einsetzen und verdrahten.',
  IMPORT_SHAPE:
    'Ein Import nimmt bis zu 1.000 Flows, jeden als {"flow", "replaces"}, und "secrets" nach Verbindung und Feld.',
  IMPORT_TWICE: 'Zwei Flows sollen an die Stelle von „{id}“ treten. Einen davon als neuen Flow übernehmen.',
  IMPORT_INVALID: 'Die Datei lässt sich nicht importieren. Unten steht, woran es liegt.',
  FLOW_ID_MISMATCH:
    'Die Kennung des Flows ist „{id}“, seine Adresse „{address}“. Gleichen Sie die beiden an.',
  FLOW_CANNOT_START:
    'Der Flow konnte nicht starten. Die Stellen sind markiert; was vorher lief, läuft weiter.',
  TRIAL_TOO_LONG:
    'Der Versuch wurde nach {seconds} Sekunden beendet. Lassen Sie weniger geschehen, oder lassen Sie ihn früher enden.',
  TRIAL_TOO_MUCH:
    'Der Versuch wurde nach {count} Nachrichten beendet. Lassen Sie weniger geschehen, oder lassen Sie ihn früher enden.',
  TRIAL_TOO_LARGE:
    'Der Versuch wurde beendet, weil er mehr als {megabytes} MB behielt. Lassen Sie weniger geschehen, oder lassen Sie ihn früher enden.',
  RECORDING_UNKNOWN: 'Diese Aufnahme gibt es nicht. Vielleicht hat sie jemand gelöscht.',
  RECORDING_WIRE: 'Der Flow hat keine Leitung „{wire}“, die sich aufnehmen ließe.',
  RECORDING_RUNS: 'Von diesem Flow läuft schon eine Aufnahme. Beenden Sie sie zuerst.',
  RECORDINGS_MANY: 'Es gibt schon {limit} Aufnahmen. Löschen Sie zuerst eine.',
  RECORDING_TOO_LARGE: 'Eine Aufnahme hat höchstens 10.000 Nachrichten und 10 MB.',
  REPLAY_RUNS: 'In diesen Flow wird schon eine Aufnahme abgespielt. Beenden Sie das zuerst.',
  REPLAY_WHILE_RECORDING: 'Von diesem Flow läuft eine Aufnahme. Beenden Sie sie, bevor Sie abspielen.',
  REPLAY_NOT_RUNNING: 'Der Flow läuft nicht. Nehmen Sie ihn in Betrieb, oder proben Sie die Aufnahme.',
  TESTS_FAILED:
    '{count} der Tests, die vor der Inbetriebnahme bestehen müssen, sind fehlgeschlagen. Berichtigen Sie den Flow oder seine Tests, oder nehmen Sie ihn ohne sie in Betrieb.',
  TEST_FAILED: 'Der Test „{name}“ ist fehlgeschlagen. {why}',
  TEST_DIFFERENCE: 'Bei {place} wurde {expected} erwartet, es kam {received}.',
  TEST_NOT_RUN: 'Dieser Test lief nicht: Die Tests vor ihm haben {seconds} Sekunden gebraucht.',
  TRIALS_BUSY: 'Im Augenblick werden zu viele Flows ausprobiert. Versuchen Sie es gleich noch einmal.',
  HOUSE_CLOSING: 'Der Server wird gerade beendet.',
  STATE_NOT_JSON:
    'Der Zustand „{key}“ überdauert keinen Neustart, denn er lässt sich nicht als JSON schreiben. Speichern Sie Zahlen, Texte, Listen und einfache Objekte.',
  FUNCTION_STATE_FULL:
    'Die Funktion hält mehr als {keys} Schlüssel in ihrem Zustand. Entfernen Sie welche mit state.set(key, undefined), oder schreiben Sie stattdessen Reihen.',
  FUNCTION_STUCK:
    'Die Funktion lief ohne Ende und wurde angehalten. Suchen Sie nach einer Schleife, die nie endet.',
  FUNCTION_MEMORY:
    'Die Funktion hat den Speicher für Funktionen aufgebraucht und wurde angehalten. Lassen Sie sie weniger auf einmal behalten.',
  FUNCTION_BUSY:
    '{count} Nachrichten warten auf diese Funktion. Sie braucht länger, als sie kommen: Filtern Sie sie, oder machen Sie die Funktion schneller.',
  FUNCTION_DISABLED:
    'Die Funktion musste {count}-mal angehalten werden und ist stillgelegt. Berichtigen Sie sie und setzen Sie den Flow wieder in Betrieb.',
  FUNCTION_STOPPED: 'Die Funktion wurde angehalten, bevor sie die Nachricht verarbeitet hatte.',
  TOO_MANY_ATTEMPTS: 'Zu viele Versuche. Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
  SETUP_NEEDED: 'Dieses Haus ist noch nicht eingerichtet. Öffnen Sie seine Seite im Browser.',
  HOST_UNKNOWN:
    'Unter diesem Namen antwortet Wirehouse nicht. Öffnen Sie es unter seiner Adresse oder als localhost.',
  CROSS_SITE: 'Die Anfrage kam von einer anderen Seite. Öffnen Sie Wirehouse selbst.',
  BODY_TOO_LARGE: 'Das ist zu groß. Teilen Sie es in mehrere Dateien auf.',
  WATCH_TOO_MANY: 'So viele Flows lassen sich nicht zugleich beobachten. Schließen Sie einige.',
  TOPIC_STEPS:
    '„{topic}“ hat eine Ebene „.“ oder „..“, die ein Browser nicht senden kann. Senden Sie es von einem MQTT-Client aus.',
  MESSAGES_WATCH: 'So viele Filter lassen sich nicht zugleich beobachten. Entfernen Sie einige.',
  FUNCTION_SETUP: 'Vorbereitung, Zeile {line}: {error}',
  FUNCTION_TEARDOWN: 'Abschluss, Zeile {line}: {error}',
  FUNCTION_NOT_SET_UP:
    'Die Vorbereitung der Funktion ist gescheitert, darum kann sie nicht laufen. Berichtigen Sie sie und setzen Sie den Flow wieder in Betrieb.',
  LIBRARY_NOT_ALLOWED:
    'Die Bibliothek „{name}“ ist nicht erlaubt. Ein Eigentümer kann sie in den Einstellungen des Servers erlauben.',
  LIBRARY_MISSING:
    'Die Bibliothek „{name}“ ist erlaubt, ließ sich aber nicht laden. Installieren Sie sie dort, wo der Server sie sucht.',
  FUNCTION_SYNTAX: 'Zeile {line}: {error}.',
  FUNCTION_THROW: 'Zeile {line}: {error}',
  FUNCTION_RESULT: 'Zeile {line}: {error}',
  FUNCTION_TIMEOUT:
    'Die Funktion wurde nicht innerhalb von {limit} ms fertig. Sehen Sie nach, worauf sie wartet, oder geben Sie ihr mehr Zeit.',
  FUNCTION_AWAITS:
    'Die Funktion wartet auf etwas, das nie geschieht. Suchen Sie nach einem Promise, das niemand auflöst.',
  FUNCTION_MESSAGE: 'Die Nachricht lässt sich keiner Funktion übergeben: {reason}.',
  FUNCTION_MESSAGE_HOLDS: 'Sie enthält etwas von der Art {kind}',
  FUNCTION_MESSAGE_NESTS: 'Sie ist zu tief verschachtelt oder enthält sich selbst',
  FUNCTION_MESSAGE_SIZE:
    'Die Nachricht hat mehr als {megabytes} MB, mehr nimmt eine Funktion nicht. Senden Sie weniger auf einmal.',

  BRIDGE_NAME:
    'Der Name steht in einem Topic: Er darf + # / und $ nicht enthalten. Wählen Sie einen anderen.',
  BRIDGE_NAME_TAKEN: 'Eine Brücke „{name}“ gibt es schon. Wählen Sie einen anderen Namen.',
  BRIDGE_MAP: 'Topics, Zeile {line}: {problem}',
  BRIDGE_TOPIC_RESERVED:
    'Topics, Zeile {line}: „{topic}“ gehört dem Broker, an den es ginge. Setzen Sie ein Präfix davor.',
  BRIDGE_STATUS_TOPIC: 'Topic für den Zustand: {problem}',
  BRIDGE_CONNECTION: 'Wählen Sie eine Verbindung zu einem MQTT-Broker, die nicht der eingebaute ist.',
  BRIDGE_UNKNOWN: 'Diese Brücke gibt es nicht mehr.',
  CONNECTION_OF_BRIDGE:
    'Über diese Verbindung führt die Brücke {bridges}. Ändern oder löschen Sie zuerst diese.',
  BRIDGE_CONNECTION_GONE: 'Die Verbindung dieser Brücke gibt es nicht mehr. Wählen Sie eine andere.',
  BRIDGE_BROKE_OFF:
    '{host} hat die Verbindung beendet ({problem}); sie wird neu versucht. Hält das an, sehen Sie dort in das Protokoll des Brokers.',
  BRIDGE_BREAKS_AT:
    '{host} beendet die Verbindung jedes Mal, wenn eine Nachricht an „{topic}“ kommt. Prüfen Sie, was dieser Benutzer dort veröffentlichen darf und wie groß Nachrichten sein dürfen; oder verwerfen Sie, was wartet.',
  BRIDGE_SUBSCRIPTION_REFUSED:
    '{host} lässt diesen Benutzer {filters} nicht lesen. Prüfen Sie seine Rechte dort.',
  BRIDGE_MESSAGE_REFUSED:
    '{host} hat eine Nachricht an „{topic}“ abgelehnt, sie ist dort verloren. Prüfen Sie, was dieser Benutzer dort veröffentlichen darf und wie groß Nachrichten sein dürfen.',
  BRIDGE_CIRCLE:
    'Dieselbe Nachricht an „{topic}“ verlässt das Haus und kommt immer wieder zurück: Brücken führen im Kreis. Hier wird sie angehalten. Sorgen Sie dafür, dass jedes Topic nur einen Weg hat.',
  BRIDGE_LOCAL:
    'Der Broker dieses Hauses hat die Verbindung der Brücke beendet ({problem}); sie wird neu versucht.',
  BREAKPOINT_SET:
    '{by} hat an der Leitung „{wire}“ einen Haltepunkt gesetzt. Dort können Nachrichten anhalten.',
  BREAKPOINT_REMOVED: '{by} hat den Haltepunkt an der Leitung „{wire}“ weggenommen.',
  BREAKPOINT_FULL:
    '{limit} Nachrichten warten an den Haltepunkten dieses Flows. Lassen Sie sie weiter, oder nehmen Sie die Haltepunkte weg.',
  BREAKPOINTS_MANY: 'Ein Flow hat höchstens {limit} Haltepunkte. Nehmen Sie zuerst einen weg.',
  STOP_GONE: 'Diese Nachricht ist nicht mehr angehalten: Jemand anderes hat sie weitergelassen.',
  STOP_UNKNOWN: 'Angehaltene Nachrichten haben Nummern: 1, 2, 3 …',
  SAFE_MODE_ON:
    '{by} hat den sicheren Modus eingeschaltet: Dieser Flow sendet, schaltet und speichert nichts und löst keinen Alarm aus.',
  SAFE_MODE_OFF: '{by} hat den sicheren Modus ausgeschaltet.',
  CONTROL_LEFT:
    'Haltepunkte und sicherer Modus dieses Flows sind zu Ende: Der letzte Browser, der sie hielt, ist fort. Was angehalten war, ist weitergegangen.',
}
