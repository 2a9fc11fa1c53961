import { defineTexts } from '../../i18n/define-texts.ts'

export const atHandTexts = defineTexts({
  en: {
    play: 'Send a message here',
    playInto: 'Send a message to “{port}”',
    playAsIf: 'Send a message from here, as if it had come',
  },
  de: {
    play: 'Eine Nachricht hierher senden',
    playInto: 'Eine Nachricht an „{port}“ senden',
    playAsIf: 'Eine Nachricht von hier senden, als wäre sie gekommen',
  },
})
