import type { Clock } from '#kit/runtime/clock.ts'
import { WriteBehind } from '#server/write-behind.ts'

type Disk = Record<string, Record<string, string>>

/** Node state on a disk of the test: written a second late, as JSON. Pull the plug with `afterPowerCut`. */
export class DiskState extends WriteBehind {
  readonly #disk: Disk
  isFull = false
  /** How many keys have been written or removed. */
  changes = 0

  constructor(clock: Clock, disk: Disk = {}) {
    super(
      {
        load: (flow, node) =>
          Object.fromEntries(
            Object.entries(disk[`${flow}/${node}`] ?? {}).map(([key, text]) => [key, JSON.parse(text)]),
          ),
        save: async (flow, node, changes) => this.#save(`${flow}/${node}`, changes),
      },
      clock,
    )
    this.#disk = disk
  }

  /** What the next process finds. */
  afterPowerCut(clock: Clock): DiskState {
    return new DiskState(clock, structuredClone(this.#disk))
  }

  /** As a flow host sends it to the core, which it does at the end of each turn. */
  override changed(flow: string, node: string, key: string, value: unknown): void {
    queueMicrotask(() => super.changed(flow, node, key, value === undefined ? undefined : plain(value)))
  }

  override async kept(): Promise<void> {
    await Promise.resolve()
    await super.kept()
  }

  #save(place: string, changes: Readonly<Record<string, unknown>>): void {
    if (this.isFull) throw new Error('The disk is full.')
    const values = this.#disk[place] ?? {}
    this.#disk[place] = values
    for (const [key, value] of Object.entries(changes)) {
      this.changes += 1
      if (value === undefined) delete values[key]
      else values[key] = JSON.stringify(value)
    }
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
