import type { Translate } from '../../../i18n/define-texts.ts'
import type { topicsTexts } from './texts.ts'

/** "12 bytes", "3.4 KB". */
export const sizeText = (
  bytes: number,
  t: Translate<(typeof topicsTexts)['en']>,
  language: string,
): string =>
  bytes < 1_024
    ? t('bytes', { count: bytes })
    : t('kilobytes', { size: (bytes / 1_024).toLocaleString(language, { maximumFractionDigits: 1 }) })
