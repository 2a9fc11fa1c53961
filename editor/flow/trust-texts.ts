import { defineTexts } from '../i18n/define-texts.ts'

export const trustTexts = defineTexts({
  en: {
    trustTitle: 'Trust this flow?',
    trustAbout:
      'A flow from outside runs its functions in a sandbox: slower, with little memory, and walled off from the rest. Trusted, they run at full speed beside your own flows. Trust only what you have read or whose author you know.',
    trustRead: {
      one: 'This is what runs. Read it:',
      other: 'These {count} functions run. Read them:',
    },
    trustNoCode: 'This flow has no functions yet.',
    trust: 'Trust',
    trustNot: 'Leave it in the sandbox',
    trustDone: 'The flow is trusted.',
    trustChanged: 'Somebody has changed the flow meanwhile. Close this, look again, and decide then.',
  },
  de: {
    trustTitle: 'Diesem Flow vertrauen?',
    trustAbout:
      'Ein Flow von außen führt seine Funktionen abgeschottet aus: langsamer, mit wenig Speicher und getrennt vom Rest. Mit Ihrem Vertrauen laufen sie mit voller Geschwindigkeit neben Ihren eigenen Flows. Vertrauen Sie nur, was Sie gelesen haben oder wessen Herkunft Sie kennen.',
    trustRead: {
      one: 'Das wird ausgeführt. Lesen Sie es:',
      other: 'Diese {count} Funktionen werden ausgeführt. Lesen Sie sie:',
    },
    trustNoCode: 'Dieser Flow hat noch keine Funktionen.',
    trust: 'Vertrauen',
    trustNot: 'Abgeschottet lassen',
    trustDone: 'Dem Flow wird vertraut.',
    trustChanged:
      'Jemand hat den Flow inzwischen geändert. Schließen Sie das hier, sehen Sie noch einmal nach und entscheiden Sie dann.',
  },
})
