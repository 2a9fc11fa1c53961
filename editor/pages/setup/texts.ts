import { defineTexts } from '../../i18n/define-texts.ts'

export const setupTexts = defineTexts({
  en: {
    welcome: 'Welcome home',
    about: 'This house has no owner yet. Choose a name and a password; until then nobody else can use it.',
    name: 'Name',
    password: 'Password',
    passwordHint: 'At least 8 characters. Keep it where you find it again.',
    suggest: 'Suggest one',
    code: 'Set-up code',
    codeHint:
      'Wirehouse printed it when it started. It also stands in the file setup-code in its data folder.',
    start: 'Make it mine',
    signIn: 'Sign in',
    signInAbout: 'Your house is locked. Sign in to see it.',
    language: 'Language',
    needName: 'A name is needed.',
    needPassword: 'At least 8 characters.',
    needCode: 'The code is needed.',
  },
  de: {
    welcome: 'Willkommen zu Hause',
    about:
      'Dieses Haus gehört noch niemandem. Wählen Sie einen Namen und ein Passwort; bis dahin kann es sonst niemand benutzen.',
    name: 'Name',
    password: 'Passwort',
    passwordHint: 'Mindestens 8 Zeichen. Bewahren Sie es so auf, dass Sie es wiederfinden.',
    suggest: 'Vorschlagen',
    code: 'Einrichtungs-Code',
    codeHint:
      'Wirehouse hat ihn beim Start ausgegeben. Er steht auch in der Datei setup-code im Datenordner.',
    start: 'Einrichten',
    signIn: 'Anmelden',
    signInAbout: 'Ihr Haus ist abgeschlossen. Melden Sie sich an.',
    language: 'Sprache',
    needName: 'Ein Name wird benötigt.',
    needPassword: 'Mindestens 8 Zeichen.',
    needCode: 'Der Code wird benötigt.',
  },
})
