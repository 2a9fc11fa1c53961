import type { Language } from '../../i18n/language.ts'

interface ExampleText {
  readonly name: string
  readonly description: string
}

/** What the examples are called in German, by their ids; their files speak English. */
export const germanExamples: Readonly<Record<string, ExampleText>> = {
  'door-alarm': {
    name: 'Klingel und Bewegungsmelder',
    description:
      'Klingelt auf dem Telefon, wenn jemand an der Tür ist: durch die Klingel über MQTT oder durch einen Bewegungsmelder. Zeigt es auch im Flur, mit einem Piepton. Mehrmals Klingeln innerhalb von fünf Sekunden ist ein Alarm.',
  },
  'door-escalation': {
    name: 'Türalarm mit Eskalation',
    description:
      'Klingelt auf dem Telefon, wenn jemand an der Tür ist, und zwei Minuten später bei der ganzen Familie, wenn niemand bestätigt hat: auf dem Telefon, auf der Seite Alarme oder mit dem Taster im Flur. Alle anderen im Haus sehen über MQTT, wie es steht.',
  },
  'kitchen-log': {
    name: 'Küchenprotokoll',
    description:
      'Eine Waage mit einer Anzeige und zwei Tasten: Die linke schreibt das Gewicht ins Protokoll, die rechte setzt die Waage auf null. Das Gewicht wird als Reihe aufbewahrt.',
  },
  'light-rule': {
    name: 'Lichtregel',
    description:
      'Der Schalter im Flur schaltet das Licht nur ein, wenn es dunkel ist, und schaltet es immer aus.',
  },
  'weather-station': {
    name: 'Wetterstation',
    description:
      'Bewahrt Temperatur, Feuchte und Luftdruck eines Sense HAT (oder eines Sensors, der JSON sendet) als drei Reihen auf, lässt aus, was nicht stimmen kann, und schreibt auf Telegram, wenn es heiß wird.',
  },
  'away-from-home': {
    name: 'Außer Haus',
    description:
      'Bewegung, während niemand zu Hause ist, ist ein Alarm. Die Klingel schweigt bei Nacht und sagt am Morgen, wer geklingelt hat.',
  },
  'door-watch': {
    name: 'Türalarm',
    description:
      'Meldet, wenn die Tür geöffnet wird, höchstens einmal in der Minute, und wenn ihr Sensor verstummt. Eine simulierte Tür ist schon da.',
  },
  'energy-meter': {
    name: 'Stromzähler',
    description:
      'Zählt den Verbrauch Tag für Tag zu Kilowattstunden zusammen, bewahrt Leistung und Tagessummen als Reihen auf und warnt vor zu hoher Last.',
  },
  heating: {
    name: 'Heizung mit Fensterkontakt',
    description:
      'Hält einen Raum auf seinem Sollwert und schließt das Ventil, solange ein Fenster offen ist. Der Sollwert kommt über MQTT.',
  },
  'http-to-mqtt': {
    name: 'HTTP-Gerät zu MQTT',
    description:
      'Ein Gerät, das nur HTTP spricht, sendet an dieses Haus; aus seinem JSON werden Werte auf eigenen Topics, und eine schwache Batterie wird gemeldet.',
  },
  'kitchen-scale': {
    name: 'Küchenwaage',
    description:
      'Eine Waage und eine Taste: Ein Druck schreibt nummeriert auf, was auf der Waage liegt, und veröffentlicht es. Das Gewicht wird als Reihe aufbewahrt.',
  },
  'motion-light': {
    name: 'Licht bei Dunkelheit und Bewegung',
    description:
      'Schaltet das Licht im Flur ein, wenn sich dort im Dunkeln jemand bewegt, und aus, wenn sich fünf Minuten niemand bewegt hat.',
  },
  'offline-watch': {
    name: 'Geräte, die verstummen',
    description:
      'Alarmiert für jedes Gerät, dessen letzter Wille „offline“ sagt, und für jeden Sensor, der eine Stunde nichts gesagt hat.',
  },
  'room-lights': {
    name: 'Licht nach Räumen',
    description:
      'Ein Wandtaster schaltet in jedem Raum das Licht ein und aus, und ein Taster an der Tür schaltet alle aus.',
  },
  'second-broker': {
    name: 'Kopie auf einen zweiten Broker',
    description:
      'Gibt weiter, was das Haus sagt, an einen zweiten MQTT-Broker und nimmt von dort Befehle an. Zunächst spielt dieses Haus den zweiten Broker.',
  },
  'tinkerforge-sensors': {
    name: 'Tinkerforge-Sensoren',
    description:
      'Temperatur und Feuchte von zwei Bricklets, als Reihen aufbewahrt und auf einer 7-Segment-Anzeige gezeigt. Bis Ihre angesteckt sind, messen simulierte.',
  },
  'water-leak': {
    name: 'Wasserleck mit Eskalation',
    description:
      'Sperrt sofort das Wasser ab, alarmiert und lässt nach zwei Minuten die Sirene heulen, wenn niemand bestätigt hat.',
  },
  'weather-dashboard': {
    name: 'Wetter zu Hause',
    description:
      'Bewahrt Temperatur, Feuchte und Luftdruck für die Seite Verlauf auf, veröffentlicht, wie es draußen ist, und warnt vor Frost.',
  },
}

/** An example as it is offered, and as it becomes a flow: called what the person reads. */
export const inLanguage = <Example extends ExampleText & { readonly id: string }>(
  example: Example,
  language: Language,
): Example => ({ ...example, ...(language === 'de' && germanExamples[example.id]) })
