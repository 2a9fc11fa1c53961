import { defineTexts } from '../i18n/define-texts.ts'

/** Words of the kit itself. */
export const kitTexts = defineTexts({
  en: {
    close: 'Close',
    cancel: 'Cancel',
    done: 'Done',
    more: 'More',
    increase: 'Increase',
    decrease: 'Decrease',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    openList: 'Show suggestions',
    noMatch: 'Nothing fits. What you typed is used as it is.',
    loading: 'Loading',
    choose: 'Choose…',
    toasts: 'Messages',
    notANumber: 'This is not a number.',
    copy: 'Copy',
    copied: 'Copied.',
    moreMembers: { one: '{count} more', other: '{count} more' },
    copyFailed: 'This browser refuses to copy here. Select the text and copy it yourself.',
  },
  de: {
    close: 'Schließen',
    cancel: 'Abbrechen',
    done: 'Fertig',
    more: 'Mehr',
    increase: 'Erhöhen',
    decrease: 'Verringern',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    openList: 'Vorschläge zeigen',
    noMatch: 'Kein Treffer. Ihre Eingabe wird so übernommen.',
    loading: 'Lädt',
    choose: 'Auswählen …',
    toasts: 'Meldungen',
    notANumber: 'Das ist keine Zahl.',
    copy: 'Kopieren',
    copied: 'Kopiert.',
    moreMembers: { one: '{count} weiterer Eintrag', other: '{count} weitere Einträge' },
    copyFailed:
      'Dieser Browser verweigert hier das Kopieren. Markieren Sie den Text und kopieren Sie ihn selbst.',
  },
})

/** What `CrashGuard` says. */
export const crashTexts = defineTexts({
  en: {
    title: 'This page broke',
    about:
      'The editor met an error of its own: {message}. Your flows keep running, and your drafts are saved.',
    reload: 'Load again',
  },
  de: {
    title: 'Diese Seite ist abgestürzt',
    about:
      'Im Editor ist ein Fehler aufgetreten: {message}. Ihre Flows laufen weiter, Ihre Entwürfe sind gesichert.',
    reload: 'Neu laden',
  },
})
