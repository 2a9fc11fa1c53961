/** The colour of a token (`--accent`) as the page shows it now. */
export type Ink = (token: `--${string}`) => string

/** Reads each token once: make a new one when the theme changes. Opaque colours come as `#rrggbb`. */
export function readInk(context: CanvasRenderingContext2D): Ink {
  const style = getComputedStyle(context.canvas)
  const known = new Map<string, string>()
  return (token) => {
    const before = known.get(token)
    if (before !== undefined) return before
    context.fillStyle = style.getPropertyValue(token).trim()
    const colour = String(context.fillStyle)
    known.set(token, colour)
    return colour
  }
}

/** Two colours of the form `#rrggbb`, mixed: as much of the first as `share` says, from 0 to 1. */
export function mixed(a: string, b: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [first, second] = [a, b].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16))
    return Math.round((first ?? 0) * share + (second ?? 0) * (1 - share))
  })
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
