/** One glow lasts so long; the next begins when it has ended, so that nothing flickers. */
const GLOW_MS = 480
/** Where nothing is to move: what is lit stays so while there is reason to, and so long after. */
const STEADY_MS = 1_500

/** Shows what has just happened on a canvas of its own: it is painted once for each glow, and the browser lets it fade. */
export class Pulse {
  readonly #canvas: HTMLCanvasElement
  readonly #paint: () => void
  #lit: ReadonlySet<string> = new Set()
  #next = new Set<string>()
  #glow: Animation | undefined

  /** The canvas is hidden while nothing glows. */
  constructor(canvas: HTMLCanvasElement, paint: () => void) {
    this.#canvas = canvas
    this.#paint = paint
  }

  /** What is to be painted now. */
  get lit(): ReadonlySet<string> {
    return this.#lit
  }

  light(ids: Iterable<string>): void {
    for (const id of ids) this.#next.add(id)
    if (!this.#glow) this.#start()
  }

  stop(): void {
    this.#glow?.cancel()
  }

  #start(): void {
    this.#lit = this.#next
    this.#next = new Set()
    this.#canvas.hidden = this.#lit.size === 0
    this.#glow = undefined
    if (this.#lit.size === 0) return
    this.#paint()
    const isSteady = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#glow = this.#canvas.animate(
      { opacity: isSteady ? [0.7, 0.7] : [1, 0] },
      { duration: isSteady ? STEADY_MS : GLOW_MS, easing: 'ease-out' },
    )
    this.#glow.onfinish = () => this.#start()
  }
}
