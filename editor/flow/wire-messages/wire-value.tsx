import { formatRate } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { ageOf } from '../../live/flow-values.ts'
import { sparkline } from '../../live/sparkline.ts'
import { useWireValue, valuesOf } from '../../live/use-flow-values.ts'
import { useNow } from '../../pages/use-now.ts'
import { useFlow } from '../flow-context.ts'
import { wireMessagesTexts } from './texts.ts'
import styles from './wire-messages.module.css'

const [WIDTH, HEIGHT] = [96, 24]

/** What a wire carried last, how its numbers ran, and how many messages go by. */
export function WireValue({ wire }: { readonly wire: string }) {
  const t = useText(wireMessagesTexts)
  const language = useLanguage()
  const flow = useFlow().document.flow.id
  const value = useWireValue(flow, wire)
  const now = useNow(1_000)
  if (!value) return null
  const { text, unit, numbers, at } = value
  return (
    <div className={styles.value} data-age={ageOf(at, now)}>
      <output aria-label={t('lastValue')} aria-live="off" title={text}>
        {text}
        {unit !== undefined && `\u202f${unit}`}
      </output>
      {numbers.length > 1 && (
        <svg width={WIDTH} height={HEIGHT} role="img" aria-label={t('course', { count: numbers.length })}>
          <path d={sparkline(numbers, WIDTH, HEIGHT)} />
        </svg>
      )}
      <span className={styles.rate}>
        {t('perSecond', { rate: formatRate(valuesOf(flow).rate(wire, now), language) })}
      </span>
    </div>
  )
}
