import { useEffect } from 'react'
import { readEndpoint } from '#flows/flow.ts'
import type { StoppedMessage } from '../../api/control-api.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useFlow, useNodeName } from '../flow-context.ts'
import { StopActions } from './stop-actions.tsx'
import { controlTexts } from './texts.ts'
import { useControl, useSteering, useStepped } from './use-steering.ts'

/** Says loudly that a flow does nothing outside, and where a message stands. */
export function ControlNotice() {
  const view = useControl()
  const { document } = useFlow()
  const taken = useStepped(({ message }) => message)
  const stepped = view?.stopped.findLast(({ message }) => message.id === taken)
  const at = stepped?.wire
  // who takes a message through the flow sees where it is
  useEffect(() => {
    if (at !== undefined) document.select({ wires: [at] })
  }, [at, document])
  if (!view) return null
  const shown = stepped ?? view.stopped[0]
  const muted = Object.values(view.muted).reduce((sum, count) => sum + count, 0)
  return (
    <>
      {view.isSafe && <SafeNotice by={view.safeBy ?? ''} muted={muted} />}
      {shown && <StoppedNotice stopped={shown} more={view.stopped.length - 1} />}
    </>
  )
}

function SafeNotice({ by, muted }: { readonly by: string; readonly muted: number }) {
  const t = useText(controlTexts)
  const { isReadOnly } = useFlow().document
  const steering = useSteering()
  return (
    <Notice
      tone="error"
      icon="volume-x"
      actions={!isReadOnly && <Button onClick={() => steering.setSafeMode(false)}>{t('switchOff')}</Button>}
    >
      <b>{t('safeNotice')}</b> {t('safeBy', { name: by })} {muted > 0 && t('muted', { count: muted })}
    </Notice>
  )
}

function StoppedNotice({ stopped, more }: { readonly stopped: StoppedMessage; readonly more: number }) {
  const t = useText(controlTexts)
  const { document, panels } = useFlow()
  const nameOf = useNodeName()
  const [from = '', to = ''] = stopped.wire.split(' ').map((end) => nameOf(readEndpoint(end).node))
  const show = () => {
    document.select({ wires: [stopped.wire] })
    panels.openInspector()
  }
  return (
    <Notice
      tone="warn"
      icon="octagon-pause"
      actions={
        <>
          <Button onClick={show}>{t('show')}</Button>
          <StopActions stopped={stopped} />
        </>
      }
    >
      {t('stoppedAt', { from, to })} {stopped.waiting > 0 && t('waiting', { count: stopped.waiting })}{' '}
      {more > 0 && t('stoppedMany', { count: more })}
    </Notice>
  )
}
