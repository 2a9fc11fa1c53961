import type { Refusal } from '../document/wiring.ts'
import type { Translate } from '../i18n/define-texts.ts'
import type { canvasTexts } from './texts.ts'

/** Why a wire is refused, in a sentence that also says what to do. */
export function refusalText(
  t: Translate<(typeof canvasTexts)['en']>,
  refusal: Refusal,
  nameOf: (node: string) => string,
): string {
  switch (refusal.code) {
    case 'WIRE_TWICE':
      return t('wireTwice')
    case 'WIRE_SELF':
      return t('wireSelf')
    case 'WIRE_PORT_MISSING':
      return t('wirePort')
    case 'WIRE_KIND':
      return t(refusal.between === 'template' ? 'kindText' : 'kindOther', {
        from: nameOf(refusal.from),
        to: nameOf(refusal.to),
        sends: t(`words.${refusal.sends}`),
        takes: t(`words.${refusal.takes}`),
      })
  }
}
