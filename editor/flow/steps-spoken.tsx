import { useEffect, useState } from 'react'
import type { DocumentState } from '../document/flow-document.ts'
import { useText } from '../i18n/use-text.ts'
import { flowActionTexts } from './flow-action-texts.ts'
import { useFlow } from './flow-context.ts'
import { flowTexts } from './texts.ts'

/** What one types is heard as one types it. */
const typed = new Set(['configure', 'rename', 'describe', 'env'])

/** Says aloud what was done to the flow, and what was taken back, for those who do not see it. */
export function StepsSpoken() {
  const t = useText(flowTexts)
  const words = useText(flowActionTexts)
  const { document } = useFlow()
  const [spoken, setSpoken] = useState('')
  useEffect(() => {
    const step = ({ code, count }: NonNullable<DocumentState['undo']>) => t(`step.${code}`, { count })
    return document.store.subscribe(({ undo, redo }, before) => {
      if (undo === before.undo && redo === before.redo) return
      if (redo && redo !== before.redo && undo !== before.redo)
        setSpoken(words('undone', { step: step(redo) }))
      else if (undo && undo !== before.undo && !typed.has(undo.code))
        setSpoken(words('done', { step: step(undo) }))
    })
  }, [document, t, words])
  return <output className="visually-hidden">{spoken}</output>
}
