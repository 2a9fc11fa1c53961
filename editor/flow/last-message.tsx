import { useEffect, useState } from 'react'
import { onActivity } from '../api/live.ts'
import { sampleOf } from '../canvas/wire-samples.ts'
import { useText } from '../i18n/use-text.ts'
import { useFlow } from './flow-context.ts'
import styles from './inspector.module.css'
import { flowTexts } from './texts.ts'

/** What went over a wire last, in short: what stands at the wire for a moment stays here. */
export function LastMessage({ wire }: { readonly wire: string }) {
  const t = useText(flowTexts)
  const flow = useFlow().document.flow.id
  const [sample, setSample] = useState(() => sampleOf(wire))
  useEffect(
    () => onActivity(flow, ({ samples }) => setSample((before) => samples[wire] ?? before)),
    [flow, wire],
  )
  if (!sample) return null
  return (
    <div>
      <h3>{t('lastMessage')}</h3>
      <pre className={styles.raw}>{sample.text}</pre>
    </div>
  )
}
