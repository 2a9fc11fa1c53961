import { defineTexts } from '../i18n/define-texts.ts'

/** Who else has the flow open. */
export const peopleTexts = defineTexts({
  en: {
    here: 'Also here',
    isHere: '{name} has this flow open',
    showWhere: '{name} has this flow open: show what they have selected',
    more: { one: '{count} more person', other: '{count} more people' },
    isTyping: '{name} is typing here',
  },
  de: {
    here: 'Auch hier',
    isHere: '{name} hat diesen Flow geöffnet',
    showWhere: '{name} hat diesen Flow geöffnet: zeigen, was dort gewählt ist',
    more: { one: '{count} weitere Person', other: '{count} weitere Personen' },
    isTyping: '{name} schreibt hier gerade',
  },
})
