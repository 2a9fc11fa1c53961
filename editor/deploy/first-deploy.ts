import type { Revision } from '../api/types.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { currentLanguage } from '../i18n/language.ts'
import { readStored, writeStored } from '../ui/stored.ts'
import { notify } from '../ui/toast.tsx'
import { deployTitles } from './titles.ts'

const KEY = 'wirehouse.knows-deploy'
/** Milliseconds in which two sentences are read at leisure. */
const READING_MS = 20_000

/** Says once in a browser what draft and live are. Answers whether it had to. */
export function explainFirstDeploy({ number }: Revision): boolean {
  if (readStored(KEY) !== undefined) return false
  writeStored(KEY, 'yes')
  if (number > 1) return false // whoever has deployed elsewhere knows
  const t = textsIn(deployTitles, currentLanguage())
  notify.ok(t('firstDeploy'), { about: t('firstDeployAbout'), duration: READING_MS })
  return true
}
