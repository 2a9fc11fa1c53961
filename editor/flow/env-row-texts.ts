import { defineTexts } from '../i18n/define-texts.ts'

export const envRowTexts = defineTexts({
  en: {
    envName: 'Name',
    envKind: 'Kind',
    envValue: 'Value',
    'envKind.text': 'Text',
    'envKind.number': 'Number',
    'envKind.boolean': 'Yes/No',
    envYes: 'Yes',
    envNo: 'No',
    envRemove: 'Remove “{name}”',
    envNameless: 'Give it a name.',
    envTwice: 'This name is taken above.',
  },
  de: {
    envName: 'Name',
    envKind: 'Art',
    envValue: 'Wert',
    'envKind.text': 'Text',
    'envKind.number': 'Zahl',
    'envKind.boolean': 'Ja/Nein',
    envYes: 'Ja',
    envNo: 'Nein',
    envRemove: '„{name}“ entfernen',
    envNameless: 'Geben Sie ihm einen Namen.',
    envTwice: 'Diesen Namen gibt es oben schon.',
  },
})
