import type { Catalogue } from '#flows/catalogue.ts'
import type { Kind } from '#kit/kinds.ts'
import { type Gap, spliceForType } from '../document/commands/splice.ts'
import { fitOf, type OpenEnd } from '../document/fitting.ts'
import { defineTexts } from '../i18n/define-texts.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { readPick } from './findable-types.ts'
import { canvasTexts } from './texts.ts'

const fitTexts = defineTexts({
  en: {
    takes: 'Takes {kind}: “{converter}” comes between',
    sends: 'Sends {kind}: “{converter}” comes between',
    takesOther: 'Takes {kind}: is not wired',
    sendsOther: 'Sends {kind}: is not wired',
    noInput: 'Has no input: is not wired',
    noOutput: 'Has no output: is not wired',
    beside: 'Does not fit in between: stands beside',
  },
  de: {
    takes: 'Nimmt {kind}: „{converter}“ kommt dazwischen',
    sends: 'Sendet {kind}: „{converter}“ kommt dazwischen',
    takesOther: 'Nimmt {kind}: wird nicht verbunden',
    sendsOther: 'Sendet {kind}: wird nicht verbunden',
    noInput: 'Hat keinen Eingang: wird nicht verbunden',
    noOutput: 'Hat keinen Ausgang: wird nicht verbunden',
    beside: 'Passt nicht dazwischen: kommt daneben',
  },
})

/** Says of a pick why it does not fit an open end, or into a wire; nothing of one that does. */
export function useMisfit(catalogue: Catalogue) {
  const t = useText(fitTexts)
  const words = useText(canvasTexts)
  const kindText = (kind: Kind) => words(`words.${kind}`)
  return {
    atEnd: (pick: string, open: OpenEnd): string | undefined => {
      const fit = fitOf(catalogue, readPick(pick), open)
      const isTaken = open.side === 'output'
      if (fit.how === 'directly') return undefined
      if (fit.kind === undefined) return t(isTaken ? 'noInput' : 'noOutput')
      if (fit.how === 'not') return t(isTaken ? 'takesOther' : 'sendsOther', { kind: kindText(fit.kind) })
      const definition = catalogue.nodes.get(fit.converter.type)
      const converter = definition ? nodeTitle(definition) : fit.converter.type
      return t(isTaken ? 'takes' : 'sends', { kind: kindText(fit.kind), converter })
    },
    inWire: (pick: string, gap: Gap): string | undefined => {
      const { type, config } = readPick(pick)
      return spliceForType(catalogue, type, gap, config) ? undefined : t('beside')
    },
  }
}
