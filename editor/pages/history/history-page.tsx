import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { api } from '../../api/api.ts'
import { keys, useSeries } from '../../api/queries.ts'
import type { Bucket, Series } from '../../api/types.ts'
import { formatAgo, formatValue } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import page from '../page.module.css'
import { Page } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import { Chart } from './chart.tsx'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'

const HOUR = 3_600_000
const spans = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR }
type Span = keyof typeof spans
const spanNames = Object.keys(spans) as readonly Span[]
const BUCKETS = 300
const REFRESH_MS = 15_000
/** From this many series on, one looks for them by name. */
const SEARCH_FROM = 8

/** What the sensors said: a list of series, and the course of one. Series and span stand in the address. */
export function HistoryPage() {
  const t = useText(historyTexts)
  const common = useText(pageTexts)
  const list = useSeries()
  const [address, setAddress] = useSearchParams()
  const shown = list.data?.find((series) => series.key === address.get('series')) ?? list.data?.[0]
  const span = spanNames.find((name) => name === address.get('span')) ?? 'day'
  const go = (change: Record<string, string>) =>
    setAddress((before) => ({ ...Object.fromEntries(before), ...change }), { replace: true })

  return (
    <Page
      title={t('title')}
      actions={
        shown && (
          <Segmented
            aria-label={t('span')}
            value={span}
            onChange={(next) => go({ span: next })}
            options={spanNames.map((name) => ({ value: name, label: t(name) }))}
          />
        )
      }
    >
      {list.error && <Failed error={list.error} retry={list.refetch} />}
      {list.isPending && <Spinner label={common('loading')} />}
      {list.data?.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="chart-line" title={t('empty')} about={t('emptyAbout')} />
        </div>
      )}
      {list.data && shown && (
        <div className={styles.columns}>
          <SeriesList all={list.data} shown={shown} onPick={(key) => go({ series: key })} />
          <SeriesCard key={shown.key} series={shown} spanMs={spans[span]} />
        </div>
      )}
    </Page>
  )
}

interface SeriesListProps {
  readonly all: readonly Series[]
  readonly shown: Series
  readonly onPick: (key: string) => void
}

function SeriesList({ all, shown, onPick }: SeriesListProps) {
  const t = useText(historyTexts)
  const language = useLanguage()
  const now = useNow(REFRESH_MS)
  const [wanted, setWanted] = useState('')
  const found = all.filter(({ key }) => key.toLowerCase().includes(wanted.toLowerCase()))
  return (
    <nav className={styles.list} aria-label={t('series')}>
      {all.length >= SEARCH_FROM && (
        <TextField value={wanted} onChange={setWanted} placeholder={t('find')} aria-label={t('find')} />
      )}
      <ul>
        {found.map((series) => (
          <li key={series.key}>
            <button
              type="button"
              className={styles.series}
              aria-current={series.key === shown.key}
              onClick={() => onPick(series.key)}
            >
              <span className={page.mono}>{series.key}</span>
              <small>
                {t('values', { count: series.count })} ·{' '}
                {t('last', { ago: formatAgo(series.lastAt, now, language) })}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={page.lead}>{t('noMatch')}</p>}
    </nav>
  )
}

function SeriesCard({ series, spanMs }: { readonly series: Series; readonly spanMs: number }) {
  const t = useText(historyTexts)
  const common = useText(pageTexts)
  const language = useLanguage()
  const to = useNow(REFRESH_MS)
  const from = to - spanMs
  const found = useQuery({
    queryKey: keys.buckets(series.key, from, to),
    queryFn: () => api.series.buckets(series.key, { from, to: to + 1, count: BUCKETS }),
    placeholderData: (before) => before,
    gcTime: REFRESH_MS,
  })
  const newest = useQuery({
    queryKey: keys.newest(series.key, series.lastAt),
    queryFn: () => api.series.points(series.key, { from: series.lastAt, to: series.lastAt + 1, limit: 1 }),
    placeholderData: (before) => before,
  })
  const buckets = found.data ?? []
  const write = (value: number) => formatValue(value, series.unit, language)
  const sum = summary(buckets, newest.data?.[0]?.value)

  return (
    <section className={`${page.card} ${styles.panel}`}>
      <h2 className={page.mono}>{series.key}</h2>
      {found.error && <Failed error={found.error} retry={found.refetch} />}
      {found.isPending && <Spinner label={common('loading')} />}
      {found.data && !sum && <p className={styles.nothing}>{t('nothingHere')}</p>}
      {sum && (
        <>
          <dl className={styles.figures}>
            {(['latest', 'lowest', 'mean', 'highest'] as const).map((name) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd>{write(sum[name])}</dd>
              </div>
            ))}
          </dl>
          <Chart
            buckets={buckets}
            from={from}
            to={to}
            unit={series.unit}
            label={t('chart', {
              name: series.key,
              min: write(sum.lowest),
              max: write(sum.highest),
              last: write(sum.latest),
            })}
          />
        </>
      )}
    </section>
  )
}

function summary(buckets: readonly Bucket[], latest: number | undefined) {
  const last = buckets.at(-1)
  if (!last) return undefined
  const count = buckets.reduce((all, bucket) => all + bucket.count, 0)
  return {
    latest: latest ?? last.mean,
    lowest: Math.min(...buckets.map((bucket) => bucket.min)),
    mean: buckets.reduce((all, bucket) => all + bucket.mean * bucket.count, 0) / count,
    highest: Math.max(...buckets.map((bucket) => bucket.max)),
  }
}
