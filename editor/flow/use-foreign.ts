import { useCallback } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import { allNodes } from '#flows/subflow.ts'
import type { Fragment } from '../document/fragment.ts'
import { useText } from '../i18n/use-text.ts'
import { notify } from '../ui/toast.tsx'
import { codeIn } from './code-in-flow.ts'
import { flowTexts } from './texts.ts'

/** Takes notice of what comes from outside: code of others takes the trust from the flow that it is put into. */
export function useForeign(
  catalogue: Catalogue,
  isTrusted: boolean,
  noteForeign: () => void,
): (fragment: Fragment) => void {
  const t = useText(flowTexts)
  return useCallback(
    (fragment) => {
      if (codeIn(allNodes(fragment), catalogue).length === 0) return
      noteForeign()
      if (isTrusted) notify.warn(t('foreignAdded'), { about: t('foreignAddedAbout') })
    },
    [catalogue, isTrusted, noteForeign, t],
  )
}
