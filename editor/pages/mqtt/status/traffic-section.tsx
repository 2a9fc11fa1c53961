import type { ReactNode } from 'react'
import { useBrokerStatus } from '../../../api/queries.ts'
import type { BrokerStatus, TrafficSample } from '../../../api/types.ts'
import { formatAgo, formatBytes, formatRate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Spinner } from '../../../ui/spinner.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import { useNow } from '../../use-now.ts'
import { Sparkline } from './sparkline.tsx'
import styles from './status.module.css'
import { statusTexts } from './texts.ts'

/** What goes through the broker, and what there is. */
export function TrafficSection() {
  const t = useText(statusTexts)
  const common = useText(pageTexts)
  const status = useBrokerStatus()
  return (
    <Section id="traffic" title={t('traffic')} about={t('trafficAbout')}>
      {status.error && <Failed error={status.error} retry={status.refetch} />}
      {status.isPending && <Spinner label={common('loading')} />}
      {status.data && (
        <>
          <div className={styles.charts}>
            <Chart name="messagesIn" samples={status.data.history} />
            <Chart name="messagesOut" samples={status.data.history} />
            <Chart name="bytesIn" samples={status.data.history} />
            <Chart name="bytesOut" samples={status.data.history} />
          </div>
          <Figures status={status.data} />
        </>
      )}
    </Section>
  )
}

interface ChartProps {
  readonly name: keyof Omit<TrafficSample, 'at'>
  readonly samples: readonly TrafficSample[]
}

function Chart({ name, samples }: ChartProps) {
  const t = useText(statusTexts)
  const language = useLanguage()
  const rate = samples.at(-1)?.[name] ?? 0
  const isBytes = name === 'bytesIn' || name === 'bytesOut'
  const value = isBytes ? formatBytes(rate, language) : formatRate(rate, language)
  return (
    <figure className={`${page.card} ${styles.chart}`}>
      <figcaption>
        <span className={styles.chartTitle}>{t(name)}</span>
        <strong>{t('perSecond', { value })}</strong>
      </figcaption>
      <Sparkline values={samples.map((sample) => sample[name])} />
    </figure>
  )
}

function Figures({ status }: { readonly status: BrokerStatus }) {
  const t = useText(statusTexts)
  const language = useLanguage()
  const now = useNow(30_000)
  const number = (value: number) => value.toLocaleString(language)
  return (
    <dl className={`${page.card} ${styles.figures}`}>
      <Figure title={t('clients')} value={number(status.clients)}>
        {t('atMost', { count: status.mostClients })}
      </Figure>
      <Figure title={t('sessions')} value={number(status.sessions)}>
        {t('ofThemAway', { count: status.away })}
      </Figure>
      <Figure title={t('waiting')} value={number(status.queued)}>
        {formatBytes(status.queuedBytes, language)}
      </Figure>
      <Figure title={t('retained')} value={number(status.retained)}>
        {t('retainedAbout')}
      </Figure>
      <Figure title={t('received')} value={number(status.messagesIn)}>
        {formatBytes(status.bytesIn, language)}
      </Figure>
      <Figure title={t('sent')} value={number(status.messagesOut)}>
        {formatBytes(status.bytesOut, language)}
      </Figure>
      <Figure title={t('flows')} value={number(status.toFlows)}>
        {t('fromFlows', { count: status.fromHouse })}
      </Figure>
      <Figure title={t('held')} value={number(status.heldPublishers)}>
        {t('heldAbout')}
      </Figure>
      <Figure title={t('memory')} value={formatBytes(status.memoryBytes, language)}>
        {t('startedAgo', { ago: formatAgo(status.startedAt, now, language) })}
      </Figure>
    </dl>
  )
}

interface FigureProps {
  readonly title: string
  readonly value: string
  readonly children: ReactNode
}

const Figure = ({ title, value, children }: FigureProps) => (
  <div>
    <dt>{title}</dt>
    <dd>
      <strong>{value}</strong>
      <small>{children}</small>
    </dd>
  </div>
)
