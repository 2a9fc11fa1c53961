import { payloadText } from '../flow/payload-text.ts'
import { problemText } from '../i18n/error-text.ts'
import { type Language, useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import type { Outcome, PlayStep } from './play.ts'
import { usePathName } from './play-place.tsx'
import { tryTexts } from './texts.ts'
import styles from './try.module.css'

/** What came of a message that was sent: whether it was taken, and where it went. */
export function PlayOutcome({ outcome }: { readonly outcome: Outcome }) {
  const t = useText(tryTexts)
  const language = useLanguage()
  const { kind, tookMs, steps, more, failed } = outcome
  return (
    <section className={styles.outcome} aria-live="polite">
      {failed ? (
        <p className={styles.failed}>
          <Icon name="circle-x" />
          <span>{t('playFailed', { reason: problemText(failed, language) })}</span>
        </p>
      ) : (
        <p className={styles.passed}>
          <Icon name="circle-check" />
          <span>
            {kind === 'real'
              ? t('settled', { time: writeMs(tookMs, language) })
              : t('rehearsed', { count: steps.length + more })}
          </span>
        </p>
      )}
      {!failed && (
        <>
          <h3>{t('cameOf')}</h3>
          {steps.length === 0 && <p className={styles.quiet}>{t('nothingCame')}</p>}
          <ol className={styles.steps}>
            {steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <Step key={index} step={step} />
            ))}
          </ol>
          {more > 0 && <p className={styles.quiet}>{t('more', { count: more })}</p>}
        </>
      )}
    </section>
  )
}

function Step({ step }: { readonly step: PlayStep }) {
  const t = useText(tryTexts)
  const language = useLanguage()
  const nameOf = usePathName()
  const { at, node, port, payload, failed } = step
  return (
    <li data-failed={failed !== undefined}>
      <span className={styles.stepPlace}>
        {node !== undefined && <b>{nameOf(node.split('/'))}</b>} {port !== undefined && <code>{port}</code>}
      </span>
      <span className={styles.quiet}>{t('stepAt', { time: writeMs(at, language) })}</span>
      {failed && <span className={styles.stepWhy}>{problemText(failed, language)}</span>}
      {'payload' in step && !failed && <code className={styles.stepWhy}>{payloadText(payload).line}</code>}
    </li>
  )
}

/** Most hops take less than a millisecond; a rehearsal may last an hour. */
function writeMs(ms: number, language: Language): string {
  if (ms >= 60_000) return `${(ms / 60_000).toLocaleString(language, { maximumFractionDigits: 1 })}\u202fmin`
  if (ms >= 1_000) return `${(ms / 1_000).toLocaleString(language, { maximumFractionDigits: 2 })}\u202fs`
  return `${ms.toLocaleString(language, { maximumFractionDigits: ms < 10 ? 2 : 0 })}\u202fms`
}
