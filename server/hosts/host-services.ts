import type { CodeService, Sample, TimeSeriesService } from '#kit/runtime/services.ts'

/** Series, seen from a flow host: the samples of a turn travel together. */
export class HostTimeSeries implements TimeSeriesService {
  readonly #send: (samples: readonly Sample[]) => void
  readonly #touched: () => void
  #samples: Sample[] = []

  constructor(send: (samples: readonly Sample[]) => void, touched: () => void) {
    this.#send = send
    this.#touched = touched
  }

  write(sample: Sample): void {
    if (this.#samples.push(sample) === 1) this.#touched()
  }

  flushTurn(): void {
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
