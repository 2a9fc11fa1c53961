import { expect, test } from 'vitest'
import { textsIn } from '../../../i18n/define-texts.ts'
import { languages } from '../../../i18n/language.ts'
import { CA_FILE } from './ca-file.ts'
import { listenerTexts } from './texts.ts'

test.each(languages)('what is offered for download is called as the file that is saved: %s', (language) => {
  const t = textsIn(listenerTexts, language)
  for (const key of ['download', 'newAuthorityAbout'] as const)
    expect(t(key, { file: CA_FILE })).toContain('wirehouse-ca.pem')
})
