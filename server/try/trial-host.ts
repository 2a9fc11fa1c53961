import type { Watch } from '#server/engine/watch.ts'
import { Channel } from '#server/hosts/channel.ts'
import { pack, unpack } from '#server/hosts/pack.ts'
import { records } from '#server/hosts/protocol.ts'
import type { TakeRecord } from '#server/hosts/ring/ring.ts'
import type { RingEnd } from '#server/hosts/ring/ring-pair.ts'
import { packError } from '#server/hosts/sent-error.ts'
import { WatchCells } from '#server/hosts/watch-cells.ts'
import type { TrialCommand } from './trial-command.ts'

export interface TrialHostOptions {
  readonly ring: RingEnd
  readonly cells: Int32Array
  /** Answers what came of it. */
  readonly carryOut: (command: TrialCommand, watch: Watch) => Promise<unknown>
  /** Does what functions left to be done later. */
  readonly drain: () => void
}

/** Records that are worked off before timers and promises have their turn. */
const TURN = 16

/** A thread for trials from the inside: it tells the core who is at work, as a host of flows does. */
export class TrialHost {
  readonly #options: TrialHostOptions
  readonly #channel: Channel
  readonly #watch: WatchCells
  #isTurnPlanned = false

  constructor(options: TrialHostOptions) {
    this.#options = options
    this.#channel = new Channel(options.ring.writer)
    this.#watch = new WatchCells(
      options.cells,
      (number, flow, node) => {
        this.#channel.send(records.event, 0, 0, 0, '', pack({ kind: 'worker', number, flow, node }))
        this.#channel.flush() // it may be stuck at once
      },
      () => this.#planTurnEnd(),
    )
  }

  /** Works from now on. */
  run(): void {
    const { reader } = this.#options.ring
    this.#options.ring.listen(() => reader.drain(TURN, this.#take) === TURN)
  }

  readonly #take: TakeRecord = (kind, _flags, a, _b, _topic, bytes, start, end) => {
    if (kind !== records.command) throw new Error(`a record of kind ${kind} from the core`)
    void this.#obey(a, unpack<TrialCommand>(bytes, start, end))
  }

  async #obey(number: number, command: TrialCommand): Promise<void> {
    try {
      this.#answer(number, 0, await this.#options.carryOut(command, this.#watch))
    } catch (error) {
      this.#answer(number, 1, packError(error))
    }
  }

  #answer(number: number, flags: number, value: unknown): void {
    this.#channel.send(records.answer, flags, number, 0, '', pack(value))
    this.#channel.flush()
  }

  #planTurnEnd(): void {
    if (this.#isTurnPlanned) return
    this.#isTurnPlanned = true
    setImmediate(() => {
      this.#isTurnPlanned = false
      this.#watch.atLeftovers()
      this.#options.drain()
      this.#watch.atRest()
    })
  }
}
