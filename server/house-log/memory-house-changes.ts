import type { HouseChange, HouseChangeStore, KeptHouseChange, NewHouseChange } from '../store/store.ts'

/** The log of a house in memory, for tests. */
export class MemoryHouseChanges implements HouseChangeStore {
  readonly #changes: KeptHouseChange[] = []

  list = (): readonly HouseChange[] =>
    this.#changes.map(({ before: _before, after: _after, ...shown }) => shown).toReversed()
  get = (number: number): KeptHouseChange | undefined => this.#changes[number - 1]

  async add(change: NewHouseChange): Promise<HouseChange> {
    const number = this.#changes.push({ ...structuredClone(change), number: this.#changes.length + 1, at: 0 })
    const undone = this.#changes.findIndex((one) => one.number === change.undoes)
    const before = this.#changes[undone]
    if (before) this.#changes[undone] = { ...before, undoneBy: number }
    const { before: _before, after: _after, ...told } = change
    return { ...told, number, at: 0 }
  }
}
