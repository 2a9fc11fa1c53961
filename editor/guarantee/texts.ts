import { defineTexts } from '../i18n/define-texts.ts'

export const guaranteeTexts = defineTexts({
  en: {
    guaranteed: 'Guaranteed',
    bestEffort: { one: 'Best effort: {count} node', other: 'Best effort: {count} nodes' },
    guaranteedAbout:
      'Whatever Wirehouse has acknowledged here is done, or done again after a crash, a deploy or a power cut. Senders on MQTT get that acknowledgement at QoS 1 and 2.',
    bestEffortAbout: 'A crash or a power cut may cost messages here:',
    safeAbout: 'Guaranteed all the same, for what begins at: {names}',
  },
  de: {
    guaranteed: 'Garantiert',
    bestEffort: { one: 'Ohne Garantie: {count} Knoten', other: 'Ohne Garantie: {count} Knoten' },
    guaranteedAbout:
      'Was Wirehouse hier bestätigt hat, geschieht, oder geschieht nach einem Absturz, einer Inbetriebnahme oder einem Stromausfall noch einmal. Wer über MQTT sendet, bekommt diese Bestätigung mit QoS 1 und 2.',
    bestEffortAbout: 'Ein Absturz oder ein Stromausfall kann hier Nachrichten kosten:',
    safeAbout: 'Garantiert ist trotzdem, was hier beginnt: {names}',
  },
})
