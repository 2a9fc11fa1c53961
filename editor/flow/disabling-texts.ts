import { defineTexts } from '../i18n/define-texts.ts'

export const disablingTexts = defineTexts({
  en: {
    disable: 'Disable',
    enable: 'Enable',
    isDisabled:
      'This node is disabled: once the flow is deployed, it does nothing, and its wires carry nothing.',
  },
  de: {
    disable: 'Abschalten',
    enable: 'Einschalten',
    isDisabled:
      'Dieser Knoten ist abgeschaltet: Sobald der Flow so in Betrieb ist, tut er nichts, und seine Leitungen führen nichts.',
  },
})
