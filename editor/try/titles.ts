import { defineTexts } from '../i18n/define-texts.ts'

/** What stands on the flow page before anything of this folder is loaded. */
export const tryTitles = defineTexts({
  en: {
    try: 'Try',
    tests: 'Tests',
    recordings: 'Recordings',
    tryNode: 'Try the node with a message',
    runTests: 'Run all tests',
    newTest: 'Test {number}',
    testAdded: 'A test was made of the message. Say what you expect of it.',
    replayed: { one: 'The message was sent again.', other: '{count} messages were sent again.' },
    replayFailed: 'The message could not be sent again',
    gateClosed: 'Tests that have to pass before a deploy have failed.',
    showTests: 'Show the tests',
    deployAnyway: 'Deploy anyway',
    notReal: 'Not everything that goes through this flow now is real.',
    replaying: '{by} replays “{name}” at {speed} × the speed: {sent} of {total} messages.',
    isMuted: 'Nodes that act outside are muted, for real messages as well.',
    stopReplay: 'Stop the replay',
    replayOver: {
      one: 'The replay of “{name}” is over: {count} message.',
      other: 'The replay of “{name}” is over: {count} messages.',
    },
    replayFailures: { one: '{count} failed: {problem}', other: '{count} failed: {problem}' },
  },
  de: {
    try: 'Ausprobieren',
    tests: 'Tests',
    recordings: 'Aufnahmen',
    tryNode: 'Den Knoten mit einer Nachricht ausprobieren',
    runTests: 'Alle Tests laufen lassen',
    newTest: 'Test {number}',
    testAdded: 'Aus der Nachricht wurde ein Test. Sagen Sie noch, was Sie erwarten.',
    replayed: {
      one: 'Die Nachricht wurde noch einmal gesendet.',
      other: '{count} Nachrichten wurden noch einmal gesendet.',
    },
    replayFailed: 'Die Nachricht ließ sich nicht noch einmal senden',
    gateClosed: 'Tests, die vor der Inbetriebnahme bestehen müssen, sind fehlgeschlagen.',
    showTests: 'Tests zeigen',
    deployAnyway: 'Trotzdem in Betrieb nehmen',
    notReal: 'Nicht alles, was jetzt durch diesen Flow geht, ist echt.',
    replaying: '{by} spielt „{name}“ mit {speed}-fachem Tempo ab: {sent} von {total} Nachrichten.',
    isMuted: 'Knoten, die nach außen wirken, sind stumm, auch für echte Nachrichten.',
    stopReplay: 'Abspielen beenden',
    replayOver: {
      one: '„{name}“ ist abgespielt: {count} Nachricht.',
      other: '„{name}“ ist abgespielt: {count} Nachrichten.',
    },
    replayFailures: { one: '{count} fehlgeschlagen: {problem}', other: '{count} fehlgeschlagen: {problem}' },
  },
})
