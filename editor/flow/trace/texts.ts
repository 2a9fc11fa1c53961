import { defineTexts } from '../../i18n/define-texts.ts'

/** The way of a message through the flow. */
export const traceTexts = defineTexts({
  en: {
    trace: 'Trace',
    none: 'No message is followed',
    noneAbout:
      'Select a wire and show the way of one of its messages, or follow the next one. A message in the debug panel can be followed, too.',
    clear: 'Clear',
    steps: 'The way of the message {message}',
    unknown: 'The way of this message is no longer known.',
    unknownAbout:
      'Only the last messages of each wire are kept while the flow is open. Follow the next one instead.',
    gaps: 'Where many messages go by, some steps may be missing.',
    arrived: 'after {time}',
    stayed: 'stayed {time}',
    showWay: 'Show its way',
    showNode: 'Show “{name}” on the canvas',
  },
  de: {
    trace: 'Spur',
    none: 'Es wird keine Nachricht verfolgt',
    noneAbout:
      'Wählen Sie eine Leitung und zeigen Sie den Weg einer ihrer Nachrichten, oder verfolgen Sie die nächste. Auch eine Nachricht im Debug-Bereich lässt sich verfolgen.',
    clear: 'Leeren',
    steps: 'Der Weg der Nachricht {message}',
    unknown: 'Der Weg dieser Nachricht ist nicht mehr bekannt.',
    unknownAbout:
      'Nur die letzten Nachrichten jeder Leitung werden aufgehoben, solange der Flow offen ist. Verfolgen Sie stattdessen die nächste.',
    gaps: 'Wo viele Nachrichten gehen, können Schritte fehlen.',
    arrived: 'nach {time}',
    stayed: 'blieb {time}',
    showWay: 'Ihren Weg zeigen',
    showNode: '„{name}“ auf der Zeichenfläche zeigen',
  },
})
