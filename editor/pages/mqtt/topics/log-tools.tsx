import type { ReactNode } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'
import type { ShownLog } from './use-message-log.ts'

/** Pause and clear, and how many messages came too fast. */
export function LogTools({ log, children }: { readonly log: ShownLog; readonly children?: ReactNode }) {
  const t = useText(topicsTexts)
  return (
    <div className={styles.tools}>
      <Button
        variant="ghost"
        icon={log.isPaused ? 'play' : 'pause'}
        aria-pressed={log.isPaused}
        onClick={log.isPaused ? log.resume : log.pause}
      >
        {t(log.isPaused ? 'resume' : 'pause')}
      </Button>
      <Button variant="ghost" icon="trash-2" onClick={log.clear}>
        {t('empty')}
      </Button>
      {children}
      {log.missed > 0 && (
        <span className={styles.missed} role="status">
          {t('missed', { count: log.missed })}
        </span>
      )}
    </div>
  )
}
