import { defineTexts } from '../../i18n/define-texts.ts'

export const notificationTexts = defineTexts({
  en: {
    title: 'Notifications in this browser',
    about:
      'What a flow sends with “Browser notification” is shown here, also while this page is closed. Tapping it opens the alarms.',
    switch: 'Show notifications',
    insecure:
      'Browsers allow this only on pages that came by https, or from this very machine (localhost). Open the house that way.',
    unknown:
      'This browser knows no notifications of web pages. On an iPhone or iPad, add this page to the home screen and open it there.',
    denied: 'This browser was told to show no notifications of this page. Allow them in its settings first.',
    refused: 'The browser could not switch notifications on. Check that it may reach the internet.',
  },
  de: {
    title: 'Meldungen in diesem Browser',
    about:
      'Was ein Flow mit „Browser-Meldung“ sendet, erscheint hier, auch wenn diese Seite geschlossen ist. Antippen öffnet die Alarme.',
    switch: 'Meldungen zeigen',
    insecure:
      'Browser erlauben das nur Seiten, die über https oder von diesem Gerät selbst (localhost) kommen. Öffnen Sie das Haus so.',
    unknown:
      'Dieser Browser kennt keine Meldungen von Webseiten. Auf iPhone und iPad: die Seite zum Home-Bildschirm hinzufügen und dort öffnen.',
    denied:
      'Diesem Browser wurden Meldungen dieser Seite verboten. Erlauben Sie sie zuerst in seinen Einstellungen.',
    refused: 'Der Browser konnte Meldungen nicht einschalten. Prüfen Sie, ob er ins Internet kommt.',
  },
})
