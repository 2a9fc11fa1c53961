import { useEffect, useRef, useState } from 'react'
import { api } from '../api/api.ts'
import type { TraceStep } from '../api/types.ts'
import { errorText, problemText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { useFlow, useNodeName } from './flow-context.ts'
import styles from './message-trace.module.css'
import { flowTexts } from './texts.ts'

type Following =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'found'; readonly steps: readonly TraceStep[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** The way of the next message that goes over a wire, for who asks for it. */
export function MessageTrace({ wire }: { readonly wire: string }) {
  const t = useText(flowTexts)
  const { following, follow, stop } = useFollowing(wire)
  const isWaiting = following.kind === 'waiting'
  return (
    <section className={styles.trace}>
      {following.kind === 'found' && (
        <>
          <h3>{t('trace')}</h3>
          <Steps steps={following.steps} />
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

function Steps({ steps }: { readonly steps: readonly TraceStep[] }) {
  const nameOf = useNodeName()
  const language = useLanguage()
  const since = steps[0]?.at ?? 0
  return (
    <ol className={styles.steps}>
      {steps.map(({ node, port, at, failed }) => (
        <li key={`${at} ${node} ${port}`} data-failed={failed && true}>
          <span className={styles.node} title={nameOf(node)}>
            {nameOf(node)}
          </span>
          <code>{port}</code>
          <span className={styles.time}>{inMilliseconds(at - since, language)}</span>
          {failed && <span className={styles.failed}>{problemText(failed, language)}</span>}
        </li>
      ))}
    </ol>
  )
}

/** Most hops take microseconds. */
const inMilliseconds = (ms: number, language: string): string =>
  `${ms.toLocaleString(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}\u202fms`

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
      (steps) => setFollowing({ kind: 'found', steps }),
      (error: unknown) => signal.aborted || setFollowing({ kind: 'failed', reason: errorText(error) }),
    )
  }
  return { following, follow, stop }
}

async function firstTrace(flow: string, wire: string, signal: AbortSignal): Promise<readonly TraceStep[]> {
  for (;;) {
    const { steps } = await api.flows.trace(flow, wire, signal)
    if (steps.length > 0) return steps
  }
}
