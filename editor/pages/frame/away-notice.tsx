import { useEffect, useState } from 'react'
import { retryLive, useLive } from '../../api/live.ts'
import { formatMoment } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { notify } from '../../ui/toast.tsx'
import { useNow } from '../use-now.ts'
import { awayTexts } from './away-texts.ts'

/** A server that is away for a moment is no news; after this long it is. */
const SHOWN_AFTER_MS = 1_500

/** Since when, in milliseconds, what is shown is old; `undefined` while it is not, or not for long. */
export function useAwaySince(): number | undefined {
  const since = useLive(({ since }) => since)
  const [shown, setShown] = useState<number | undefined>()
  useEffect(() => {
    const timer = setTimeout(() => setShown(since), since === undefined ? 0 : SHOWN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [since])
  return since === undefined ? undefined : shown
}

/** Says that what one sees is old, since when, and when it no longer is. */
export function AwayNotice({ since }: { readonly since: number | undefined }) {
  const t = useText(awayTexts)
  const [wasAway, setWasAway] = useState(false)
  const isAway = since !== undefined
  const isBack = useLive(({ state }) => state === 'on')
  useEffect(() => {
    if (isAway) return setWasAway(true)
    if (!wasAway || !isBack) return
    setWasAway(false)
    notify.ok(t('back'))
  }, [isAway, wasAway, isBack, t])
  return <div role="status">{isAway && <Line since={since} />}</div>
}

const MINUTE_MS = 60_000

function Line({ since }: { readonly since: number }) {
  const t = useText(awayTexts)
  const language = useLanguage()
  const now = useNow(MINUTE_MS)
  return (
    <Notice
      tone="warn"
      icon="unplug"
      actions={
        <Button icon="refresh-cw" onClick={retryLive}>
          {t('tryNow')}
        </Button>
      }
    >
      {t('away', { time: formatMoment(since, now, language) })}
    </Notice>
  )
}
