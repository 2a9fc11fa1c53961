import { type PointerEvent, useEffect, useRef, useState } from 'react'
import type { Bucket } from '../../api/types.ts'
import { formatDateTime, formatValue } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import styles from './history.module.css'
import { linear, niceTicks, splitAtGaps, timeTicks } from './scale.ts'

interface ChartProps {
  readonly buckets: readonly Bucket[]
  readonly from: number
  readonly to: number
  readonly unit: string
  /** Said aloud in place of the drawing. */
  readonly label: string
  /** Pixels. */
  readonly height?: number
}

const MARGIN = { top: 12, right: 12, bottom: 26, left: 56 }
/** Pixels that half a label below the chart takes. */
const LABEL_ROOM = 36

/** The mean of each bucket as a line over a band from its lowest to its highest value. */
export function Chart({ buckets, from, to, unit, label, height = 300 }: ChartProps) {
  const language = useLanguage()
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  const [pointed, setPointed] = useState<Bucket>()

  const ticks = niceTicks(
    Math.min(...buckets.map((bucket) => bucket.min)),
    Math.max(...buckets.map((bucket) => bucket.max)),
    5,
  )
  const x = linear(from, to, MARGIN.left, width - MARGIN.right)
  const y = linear(ticks[0] ?? 0, ticks.at(-1) ?? 1, height - MARGIN.bottom, MARGIN.top)
  const runs = splitAtGaps(buckets)
  const point = (event: PointerEvent) => {
    const left = host.current?.getBoundingClientRect().left ?? 0
    setPointed(nearest(buckets, linear(MARGIN.left, width - MARGIN.right, from, to)(event.clientX - left)))
  }

  return (
    <div
      ref={host}
      className={styles.chart}
      onPointerMove={point}
      onPointerLeave={() => setPointed(undefined)}
    >
      <svg width={width} height={height} role="img" aria-label={label}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line
              className={styles.grid}
              x1={MARGIN.left}
              x2={width - MARGIN.right}
              y1={y(tick)}
              y2={y(tick)}
            />
            <text className={styles.tick} x={MARGIN.left - 8} y={y(tick) + 4} textAnchor="end">
              {tick.toLocaleString(language)}
            </text>
          </g>
        ))}
        {timeTicks(from, to, Math.max(2, Math.floor(width / 110))).map((at) => (
          <text
            key={at}
            className={styles.tick}
            x={x(at)}
            y={height - 6}
            textAnchor={x(at) > width - LABEL_ROOM ? 'end' : 'middle'}
          >
            {timeLabel(at, to - from, language)}
          </text>
        ))}
        {runs.map((run) => (
          <g key={run[0]?.at}>
            <path className={styles.band} d={bandPath(run, x, y)} />
            <path className={styles.line} d={linePath(run, x, y)} />
            {run.length === 1 && run[0] && (
              <>
                <line
                  className={styles.line}
                  x1={x(run[0].at)}
                  x2={x(run[0].at)}
                  y1={y(run[0].min)}
                  y2={y(run[0].max)}
                />
                <circle className={styles.dot} cx={x(run[0].at)} cy={y(run[0].mean)} r="3" />
              </>
            )}
          </g>
        ))}
        {pointed && (
          <g>
            <line
              className={styles.cross}
              x1={x(pointed.at)}
              x2={x(pointed.at)}
              y1={MARGIN.top}
              y2={height - MARGIN.bottom}
            />
            <circle className={styles.dot} cx={x(pointed.at)} cy={y(pointed.mean)} r="4" />
          </g>
        )}
      </svg>
      {pointed && (
        <div
          className={styles.bubble}
          style={{ left: Math.min(x(pointed.at) + 10, width - 170), top: MARGIN.top }}
        >
          <strong>{formatValue(pointed.mean, unit, language)}</strong>
          {pointed.min !== pointed.max && (
            <span>
              {formatValue(pointed.min, '', language)} – {formatValue(pointed.max, unit, language)}
            </span>
          )}
          <span>{formatDateTime(pointed.at, language)}</span>
        </div>
      )}
    </div>
  )
}

function useWidth(host: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(640)
  useEffect(() => {
    if (!host.current) return
    const observer = new ResizeObserver(
      ([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)),
    )
    observer.observe(host.current)
    return () => observer.disconnect()
  }, [host])
  return width
}

type Scale = (value: number) => number

const linePath = (run: readonly Bucket[], x: Scale, y: Scale) =>
  run
    .map(({ at, mean }, index) => `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(mean).toFixed(1)}`)
    .join('')

function bandPath(run: readonly Bucket[], x: Scale, y: Scale): string {
  const upper = run.map(({ at, max }) => `${x(at).toFixed(1)} ${y(max).toFixed(1)}`)
  const lower = run.toReversed().map(({ at, min }) => `${x(at).toFixed(1)} ${y(min).toFixed(1)}`)
  return `M${[...upper, ...lower].join('L')}Z`
}

const nearest = (buckets: readonly Bucket[], at: number): Bucket | undefined =>
  buckets.reduce<Bucket | undefined>(
    (best, bucket) => (best && Math.abs(best.at - at) <= Math.abs(bucket.at - at) ? best : bucket),
    undefined,
  )

const DAY = 86_400_000
const FEW_MINUTES = 300_000

function timeLabel(at: number, span: number, language: string): string {
  if (span > 2 * DAY) return new Date(at).toLocaleDateString(language, { day: 'numeric', month: 'short' })
  const seconds = span < FEW_MINUTES ? ({ second: '2-digit' } as const) : {}
  return new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', ...seconds })
}
