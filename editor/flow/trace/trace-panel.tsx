import { useEffect } from 'react'
import type { TraceStep } from '../../api/types.ts'
import { problemText } from '../../i18n/error-text.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { formatSpan, hideTrace, useTrace } from '../../live/trace.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useFlow, useNodeName } from '../flow-context.ts'
import { traceTexts } from './texts.ts'
import styles from './trace-panel.module.css'

/** The way of the message that is lit on the canvas, step by step. */
export function TracePanel({ onJump }: { readonly onJump: () => void }) {
  const t = useText(traceTexts)
  const flow = useFlow().document.flow.id
  const trace = useTrace((state) => state.trace)
  useEffect(() => {
    if (useTrace.getState().trace?.flow !== flow) hideTrace()
  }, [flow])
  if (!trace || trace.flow !== flow)
    return <EmptyState icon="route" title={t('none')} about={t('noneAbout')} />
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h3>{t('steps', { message: trace.message ?? '' })}</h3>
        <Button variant="ghost" icon="x" onClick={hideTrace}>
          {t('clear')}
        </Button>
      </div>
      <TraceSteps steps={trace.steps} onJump={onJump} />
      <p className={styles.quiet}>{t('gaps')}</p>
    </div>
  )
}

/** One line for each visit of a node: what it took in and let out at once belongs together. */
interface Visit {
  readonly node: string
  readonly ports: readonly string[]
  readonly from: number
  readonly until: number
  readonly failed: TraceStep['failed']
}

export function visitsOf(steps: readonly TraceStep[]): readonly Visit[] {
  const visits: Visit[] = []
  for (const { node, port, at, failed } of steps) {
    const known = visits.findIndex((visit) => visit.node === node && !(failed && visit.failed))
    const before = visits[known]
    const ports = port === undefined ? [] : [port]
    if (before && !isNewVisit(before, port))
      visits[known] = {
        ...before,
        ports: [...new Set([...before.ports, ...ports])],
        until: at,
        failed: before.failed ?? failed,
      }
    else visits.push({ node, ports, from: at, until: at, failed })
  }
  return visits
}

/** A message that comes in by the same port once more has gone in a circle. */
const isNewVisit = ({ ports }: Visit, port: string | undefined): boolean =>
  port !== undefined && ports[0] === port

interface TraceStepsProps {
  readonly steps: readonly TraceStep[]
  readonly onJump?: () => void
}

export function TraceSteps({ steps, onJump }: TraceStepsProps) {
  const t = useText(traceTexts)
  const language = useLanguage()
  const nameOf = useNodeName()
  const { canvas, document } = useFlow()
  const start = steps[0]?.at ?? 0
  const show = (node: string) => {
    if (!document.node(node)) return
    canvas()?.reveal(node)
    onJump?.()
  }
  return (
    <ol className={styles.steps}>
      {visitsOf(steps).map(({ node, ports, from, until, failed }) => (
        <li key={`${from} ${node} ${ports.join()}`} data-failed={failed && true}>
          <button type="button" title={t('showNode', { name: nameOf(node) })} onClick={() => show(node)}>
            {nameOf(node)}
          </button>
          <code>{ports.join(' → ')}</code>
          <span className={styles.time}>{t('arrived', { time: formatSpan(from - start, language) })}</span>
          <span className={styles.time}>
            {until > from && t('stayed', { time: formatSpan(until - from, language) })}
          </span>
          {failed && <span className={styles.failed}>{problemText(failed, language)}</span>}
        </li>
      ))}
    </ol>
  )
}
