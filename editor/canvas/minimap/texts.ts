import { defineTexts } from '../../i18n/define-texts.ts'

export const minimapTexts = defineTexts({
  en: { show: 'Show the map', hide: 'Hide the map' },
  de: { show: 'Übersicht zeigen', hide: 'Übersicht ausblenden' },
})
