import { useCallback } from 'react'
import { api } from '../api/api.ts'
import { useMayEdit } from '../api/queries.ts'
import type { ReplayState } from '../api/types.ts'
import { useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { notify } from '../ui/toast.tsx'
import { tryTitles } from './titles.ts'
import { useReplay } from './use-replay.ts'

/** Says, for as long as it lasts, that what goes through the flow is not real. */
export function ReplayNotice() {
  const t = useText(tryTitles)
  const mayEdit = useMayEdit()
  const flow = useFlow().document.flow.id
  const tell = useCallback(
    ({ name, sent, failed, problem }: ReplayState) => {
      const text = t('replayOver', { name, count: sent })
      if (failed === 0) notify.ok(text)
      else notify.warn(text, { about: t('replayFailures', { count: failed, problem: problem ?? '' }) })
    },
    [t],
  )
  const replay = useReplay(flow, tell)
  if (!replay) return null
  const { name, speed, sent, total, by, isMuted } = replay
  const stop = () =>
    void api.recordings.stopReplay(flow).catch((error: unknown) => notify.error(errorText(error)))
  return (
    <Notice
      tone="warn"
      icon="rewind"
      actions={
        mayEdit && (
          <Button icon="circle-stop" onClick={stop}>
            {t('stopReplay')}
          </Button>
        )
      }
    >
      <strong>{t('notReal')}</strong> {t('replaying', { by, name, speed, sent, total })}{' '}
      {isMuted && t('isMuted')}
    </Notice>
  )
}
