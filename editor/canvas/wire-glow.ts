/** The lines of the wires in view, by key. Wires out of view are not drawn, and cost nothing. */
export const drawnWires = new Map<string, SVGPathElement>()

/** More wires than this do not glow at once: the eye has enough, and so has a slow machine. */
const MOST = 50
const GLOW_MS = 480

/** Lights the wires that messages went along, shortly. */
export function glow(counts: Readonly<Record<string, number>>): void {
  let left = MOST
  for (const wire of Object.keys(counts)) {
    const line = drawnWires.get(wire)
    if (!line || left-- <= 0) continue
    const { strokeWidth, stroke } = getComputedStyle(line)
    line.animate(
      [
        { stroke: 'var(--accent)', strokeWidth: '3px' },
        { stroke, strokeWidth },
      ],
      {
        duration: GLOW_MS,
        easing: 'ease-out',
      },
    )
  }
}
