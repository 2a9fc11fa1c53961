import { defineTexts } from '../../i18n/define-texts.ts'

export const awayTexts = defineTexts({
  en: {
    away: 'Server away since {time}. What you see is from before, and is shown without colours. Trying again by itself.',
    tryNow: 'Try now',
    back: 'The server is back. What you see is live again.',
    missing:
      'Parts of this page could not be fetched: the server was away, or is another version now. Load the page again. Your drafts are saved.',
    reload: 'Load again',
  },
  de: {
    away: 'Server nicht erreichbar seit {time}. Was Sie sehen, ist von vorher und steht ohne Farben da. Neue Versuche laufen von selbst.',
    tryNow: 'Jetzt versuchen',
    back: 'Der Server ist wieder da. Was Sie sehen, ist wieder aktuell.',
    missing:
      'Teile dieser Seite konnten nicht geladen werden: Der Server war nicht erreichbar oder hat jetzt eine andere Version. Laden Sie die Seite neu. Ihre Entwürfe sind gesichert.',
    reload: 'Neu laden',
  },
})
