import { defineTexts } from '../../i18n/define-texts.ts'

export const drawerPaneTexts = defineTexts({
  en: { height: 'Height of the panel' },
  de: { height: 'Höhe des Bereichs' },
})
