import type { Clock } from '#kit/runtime/clock.ts'
import type { CodeService, Sample, TimeSeriesService } from '#kit/runtime/services.ts'

/** Samples of a turn travel together. */
const SAMPLES_EVERY_MS = 50

/** Series, seen from a flow host: samples are gathered for a moment. */
export class HostTimeSeries implements TimeSeriesService {
  readonly #clock: Clock
  readonly #send: (samples: readonly Sample[]) => void
  #samples: Sample[] = []

  constructor(clock: Clock, send: (samples: readonly Sample[]) => void) {
    this.#clock = clock
    this.#send = send
  }

  write(sample: Sample): void {
    if (this.#samples.push(sample) === 1) this.#clock.after(SAMPLES_EVERY_MS, () => this.flush())
  }

  flush(): void {
    if (this.#samples.length === 0) return
    this.#send(this.#samples)
    this.#samples = []
  }
}

/** Functions of flows that their owner trusts run in this thread itself; those of all others in a sandbox. */
export const codeByTrust = (
  isTrusted: (flow: string) => boolean,
  { direct, sandboxed }: { readonly direct: CodeService; readonly sandboxed: CodeService },
): CodeService => ({
  compile: (source, around) => (isTrusted(source.flow) ? direct : sandboxed).compile(source, around),
})
