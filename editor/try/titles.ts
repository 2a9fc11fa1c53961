import { defineTexts } from '../i18n/define-texts.ts'

/** What stands on the flow page before anything of this folder is loaded. */
export const tryTitles = defineTexts({
  en: {
    try: 'Try',
    tests: 'Tests',
    recordings: 'Recordings',
    newTest: 'Test {number}',
    testAdded: 'A test was made of the message. Say what you expect of it.',
    replayed: { one: 'The message was sent again.', other: '{count} messages were sent again.' },
    replayFailed: 'The message could not be sent again',
  },
  de: {
    try: 'Ausprobieren',
    tests: 'Tests',
    recordings: 'Aufnahmen',
    newTest: 'Test {number}',
    testAdded: 'Aus der Nachricht wurde ein Test. Sagen Sie noch, was Sie erwarten.',
    replayed: {
      one: 'Die Nachricht wurde noch einmal gesendet.',
      other: '{count} Nachrichten wurden noch einmal gesendet.',
    },
    replayFailed: 'Die Nachricht ließ sich nicht noch einmal senden',
  },
})
