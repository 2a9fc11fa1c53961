import type { Clock, Timer } from '#kit/runtime/clock.ts'

export interface PeriodicSettings {
  /** 0 turns it off. */
  readonly periodMs: number
  readonly onlyChanges: boolean
  /** x off, o outside, i inside, < and > compare with min only. */
  readonly option: string
  readonly min: number
  readonly max: number
}

/** What the timing has to know of the device: its present value, and how to send it. */
export interface Measured {
  readonly clock: Clock
  /** The raw value that a threshold looks at. */
  number(): number
  /** The whole payload, as text, for "has it changed". */
  text(): string
  send(): void
}

/**
 * When a bricklet sends a value by itself. 1.0 devices: each period, if it changed since it was last sent.
 * 2.0 devices: each period; or, if it has to change, after a period without change at once on the next change.
 */
export class PeriodicCallback {
  readonly #measured: Measured
  readonly #isV2: boolean
  #settings: PeriodicSettings | undefined
  #timer: Timer | undefined
  #sent: string | undefined
  #isDue = false

  constructor(measured: Measured, isV2: boolean) {
    this.#measured = measured
    this.#isV2 = isV2
  }

  configure(settings: PeriodicSettings): void {
    this.stop()
    this.#settings = settings
    this.#plan()
  }

  /** The device restarted: nothing is configured any more. */
  stop(): void {
    this.#timer?.cancel()
    this.#settings = undefined
    this.#sent = undefined
    this.#isDue = false
  }

  valueChanged(): void {
    if (!this.#isDue || !this.#mayBeSent()) return
    this.#timer?.cancel()
    this.#send()
    this.#plan()
  }

  #plan(): void {
    const { periodMs = 0 } = this.#settings ?? {}
    if (periodMs === 0) return
    this.#timer = this.#measured.clock.after(periodMs, () => {
      if (this.#mayBeSent()) this.#send()
      else this.#isDue = this.#isV2 && this.#settings?.onlyChanges === true
      this.#plan()
    })
  }

  #mayBeSent(): boolean {
    const settings = this.#settings
    if (!settings) return false
    const mustChange = !this.#isV2 || settings.onlyChanges
    if (mustChange && this.#measured.text() === this.#sent) return false
    return reaches(settings, this.#measured.number())
  }

  #send(): void {
    this.#isDue = false
    this.#sent = this.#measured.text()
    this.#measured.send()
  }
}

/** Whether a value lies where the threshold option wants it. */
export function reaches(
  { option, min, max }: Pick<PeriodicSettings, 'option' | 'min' | 'max'>,
  value: number,
): boolean {
  switch (option) {
    case 'o':
      return value < min || value > max
    case 'i':
      return value >= min && value <= max
    case '<':
      return value < min
    case '>':
      return value > min
    default:
      return true
  }
}
