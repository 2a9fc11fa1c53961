import { useEffect, useRef, useState } from 'react'
import { api } from '../api/api.ts'
import type { MessageTrace as Trace, TraceStep } from '../api/types.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { showTrace } from '../live/trace.ts'
import { Button } from '../ui/button.tsx'
import { useFlow } from './flow-context.ts'
import styles from './message-trace.module.css'
import { selectedTexts } from './selected-texts.ts'
import { TraceSteps } from './trace/trace-panel.tsx'

type Following =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'found'; readonly steps: readonly TraceStep[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** The way of the next message that goes over a wire, for who asks for it. */
export function MessageTrace({ wire }: { readonly wire: string }) {
  const t = useText(selectedTexts)
  const { following, follow, stop } = useFollowing(wire)
  const isWaiting = following.kind === 'waiting'
  return (
    <section className={styles.trace}>
      {following.kind === 'found' && (
        <>
          <h3>{t('trace')}</h3>
          <TraceSteps steps={following.steps} />
        </>
      )}
      {isWaiting && <p role="status">{t('traceWaiting')}</p>}
      {following.kind === 'failed' && <p role="status">{t('traceFailed', { reason: following.reason })}</p>}
      <Button icon={isWaiting ? 'x' : 'activity'} onClick={isWaiting ? stop : follow}>
        {t(isWaiting ? 'traceStop' : 'traceNext')}
      </Button>
    </section>
  )
}

/** Asks again until a message has come, or nobody wants to know any more. */
function useFollowing(wire: string) {
  const flow = useFlow().document.flow.id
  const [following, setFollowing] = useState<Following>({ kind: 'idle' })
  const asking = useRef<AbortController>(undefined)
  const stop = (): void => {
    asking.current?.abort()
    setFollowing({ kind: 'idle' })
  }
  useEffect(() => () => asking.current?.abort(), [])
  const follow = (): void => {
    asking.current = new AbortController()
    const { signal } = asking.current
    setFollowing({ kind: 'waiting' })
    firstTrace(flow, wire, signal).then(
      ({ message, steps }) => {
        setFollowing({ kind: 'found', steps })
        showTrace({ flow, message, steps })
      },
      (error: unknown) => signal.aborted || setFollowing({ kind: 'failed', reason: errorText(error) }),
    )
  }
  return { following, follow, stop }
}

async function firstTrace(flow: string, wire: string, signal: AbortSignal): Promise<Trace> {
  for (;;) {
    const trace = await api.flows.trace(flow, wire, signal)
    if (trace.steps.length > 0) return trace
  }
}
