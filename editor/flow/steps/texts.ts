import { defineTexts } from '../../i18n/define-texts.ts'

/** What was done to a flow, step by step. */
export const stepTexts = defineTexts({
  en: {
    open: 'All steps',
    title: 'Steps',
    none: 'Nothing has been changed yet.',
    loading: 'Loading the steps',
    failed: 'The steps could not be loaded',
    backTo: 'Undo back to here: {step}',
    takenBack: 'taken back',
    by: '{name}, {at}',
    own: 'You, {at}',
    about: 'Choose one of your steps to undo it and all that you did after it. What others did stays.',
  },
  de: {
    open: 'Alle Schritte',
    title: 'Schritte',
    none: 'Noch wurde nichts geändert.',
    loading: 'Schritte werden geladen',
    failed: 'Die Schritte konnten nicht geladen werden',
    backTo: 'Bis hier rückgängig machen: {step}',
    takenBack: 'zurückgenommen',
    by: '{name}, {at}',
    own: 'Sie, {at}',
    about:
      'Einer Ihrer Schritte wird samt allem rückgängig gemacht, was Sie danach getan haben. Was andere getan haben, bleibt.',
  },
})
