import type { Language } from '../../i18n/language.ts'

interface ExampleText {
  readonly name: string
  readonly description: string
}

/** What the examples are called in German, by their ids; their files speak English. */
export const germanExamples: Readonly<Record<string, ExampleText>> = {
  'door-alarm': {
    name: 'Türalarm',
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
}

/** An example as it is offered, and as it becomes a flow: called what the person reads. */
export const inLanguage = <Example extends ExampleText & { readonly id: string }>(
  example: Example,
  language: Language,
): Example => ({ ...example, ...(language === 'de' && germanExamples[example.id]) })
