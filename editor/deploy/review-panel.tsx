import { useId, useMemo, useState } from 'react'
import { expandSubflows } from '#flows/expand-subflows.ts'
import { hasErrors } from '#flows/lint-flow.ts'
import { planRestarts } from '#flows/restarts.ts'
import { useSummary } from '../api/queries.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Textarea } from '../ui/text-field.tsx'
import { ChangeList } from './change-list.tsx'
import styles from './deploy.module.css'
import { backToDraft } from './looking.ts'
import { namesIn } from './names.ts'
import { PanelHead } from './panel-head.tsx'
import { RestartList } from './restart-list.tsx'
import { deployTexts } from './texts.ts'
import { useJump } from './use-jump.ts'
import type { Shown } from './use-shown.ts'

interface ReviewPanelProps {
  readonly shown: Shown
  /** Something was shown on the canvas. */
  readonly onJump: () => void
}

/** Before a deploy: what it changes, what restarts, and what keeps it from being done. */
export function ReviewPanel({ shown, onJump }: ReviewPanelProps) {
  const t = useText(deployTexts)
  const { catalogue, problems, deployment, panels } = useFlow()
  const { differences, document } = shown
  const [message, setMessage] = useState('')
  const names = useMemo(() => namesIn(document.flow, catalogue, t), [document, catalogue, t])
  const jump = useJump(shown, onJump)
  const errors = problems.filter(({ level }) => level === 'error').length
  const { isRunning, busy, deploy } = deployment
  const run = async () => {
    if (await deploy(message.trim())) backToDraft()
  }
  return (
    <section className={styles.panel} aria-label={t('reviewTitle')}>
      <PanelHead title={t('reviewTitle')} />
      <div className={styles.panelBody}>
        {hasErrors(problems) && (
          <Notice
            tone="error"
            icon="circle-alert"
            actions={<Button onClick={() => panels.openDrawer('problems')}>{t('showProblems')}</Button>}
          >
            {t('problemsFirst', { count: errors })}
          </Notice>
        )}
        {!isRunning && <p className={styles.quiet}>{t('reviewFirst')}</p>}
        {isRunning && differences.length === 0 && <p className={styles.quiet}>{t('reviewNothing')}</p>}
        <Part title={t('restarts')}>
          <Restarts />
        </Part>
        {differences.length > 0 && (
          <Part title={t('changeCount', { count: differences.length })}>
            <ChangeList differences={differences} names={names} catalogue={catalogue} onJump={jump} />
          </Part>
        )}
      </div>
      <form
        className={styles.panelFoot}
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <Field label={t('message')} hint={t('messageHint')}>
          {(control) => (
            <Textarea
              {...control}
              short
              rows={2}
              maxLength={1_000}
              value={message}
              onChange={setMessage}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
                event.preventDefault()
                event.stopPropagation()
                void run()
              }}
            />
          )}
        </Field>
        <div className={styles.panelActions}>
          <Button type="submit" variant="primary" icon="rocket" busy={busy === 'deploy'}>
            {t('deployNow')}
          </Button>
        </div>
      </form>
    </section>
  )
}

export function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  const id = useId()
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  )
}

function Restarts() {
  const { document, catalogue, deployment } = useFlow()
  const { running, isRunning } = deployment
  const flow = useDocument((state) => state.flow)
  const summary = useSummary(document.flow.id)
  const { fates, nodes } = useMemo(() => {
    const isTrusted = summary?.trusted ?? false
    const after = { flow: expandSubflows(flow, catalogue), isTrusted }
    const before = isRunning &&
      running && {
        flow: expandSubflows(running, catalogue),
        isTrusted: summary?.runsTrusted ?? isTrusted,
      }
    const runsCode = (type: string) => catalogue.nodes.get(type)?.writesMessages ?? false
    const all = [...(before ? before.flow.nodes : []), ...after.flow.nodes]
    return {
      fates: planRestarts(before || undefined, after, runsCode),
      nodes: new Map(all.map((node) => [node.id, node])),
    }
  }, [running, isRunning, flow, summary, catalogue])
  return <RestartList fates={fates} nodes={nodes} catalogue={catalogue} />
}
