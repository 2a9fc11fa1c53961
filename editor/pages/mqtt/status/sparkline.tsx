import styles from './status.module.css'

/** In units of the drawing, which takes the width there is. */
const WIDTH = 240
const HEIGHT = 40
/** Values that take the whole width; fewer stand at the right. */
const FEW = 24

/** The course of a value, without scales: the number beside it says where it stands. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(1e-9, ...values)
  const across = Math.max(FEW, values.length) - 1
  const x = (index: number) => WIDTH - ((values.length - 1 - index) * WIDTH) / across
  const y = (value: number) => HEIGHT - 1 - (value / most) * (HEIGHT - 3)
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {points.length > 1 && (
        <>
          <polygon points={`${x(0)},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
          <polyline points={points.join(' ')} />
        </>
      )}
    </svg>
  )
}
