import { defineTexts } from '../i18n/define-texts.ts'

/** What stands on the page of a flow before anything of this folder is loaded. */
export const deployTitles = defineTexts({
  en: {
    actionSave: 'Save the draft now',
    actionDeploy: 'Deploy the flow',
    actionReview: 'Review what Deploy changes',
    actionRevisions: 'Show the revisions of the flow',
    deployOptions: 'More about deploying',
    review: 'Review changes…',
    history: 'Revisions',
    savedAlready: 'The draft is saved as you type.',
    savedNotRunning: 'What runs changes with Deploy: Ctrl+Enter.',
    notSavedYet: 'The draft is not saved yet',
    firstDeploy: 'This flow runs now',
    firstDeployAbout:
      'What you draw is a draft, and is saved as you type. What runs stays as it is, also when this page is closed, until you deploy again.',

    backToDraft: 'Back to the draft',
    changeWord: { one: 'change', other: 'changes' },
    changes: 'Changes',
  },
  de: {
    actionSave: 'Entwurf jetzt speichern',
    actionDeploy: 'Flow in Betrieb setzen',
    actionReview: 'Ansehen, was sich mit „In Betrieb setzen“ ändert',
    actionRevisions: 'Fassungen des Flows zeigen',
    deployOptions: 'Mehr zum In-Betrieb-Setzen',
    review: 'Änderungen ansehen …',
    history: 'Fassungen',
    savedAlready: 'Der Entwurf wird beim Tippen gespeichert.',
    savedNotRunning: 'Was läuft, ändert „In Betrieb setzen“: Strg+Eingabe.',
    notSavedYet: 'Der Entwurf ist noch nicht gespeichert',
    firstDeploy: 'Dieser Flow läuft jetzt',
    firstDeployAbout:
      'Was Sie zeichnen, ist ein Entwurf und wird beim Tippen gespeichert. Was läuft, bleibt, wie es ist, auch wenn diese Seite geschlossen wird, bis Sie den Flow wieder in Betrieb setzen.',

    backToDraft: 'Zurück zum Entwurf',
    changeWord: { one: 'Änderung', other: 'Änderungen' },
    changes: 'Änderungen',
  },
})
