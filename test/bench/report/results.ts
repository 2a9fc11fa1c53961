/** What was measured: one value per round. */
export interface Measure {
  readonly group: string
  readonly name: string
  /** By the peers' names. */
  readonly values: Map<string, number[]>
}

/** Gathers values as they are measured. */
export class Results {
  /** In the order in which they were first recorded. */
  readonly measures: Measure[] = []
  /** What must not happen, as sentences. */
  readonly failures: string[] = []
  /** What a reader should know, as sentences. */
  readonly notes: string[] = []

  /** Takes the values of one peer in one group. */
  recorder(peer: string, group: string): (name: string, value: number) => void {
    return (name, value) => {
      const { values } = this.#measure(group, name)
      const earlier = values.get(peer) ?? []
      values.set(peer, [...earlier, value])
    }
  }

  /** The values of one peer, a value per round. */
  valuesOf(peer: string, group: string, name: string): readonly number[] {
    const measure = this.measures.find((known) => known.group === group && known.name === name)
    return measure?.values.get(peer) ?? []
  }

  fail(sentence: string): void {
    this.failures.push(sentence)
  }

  note(sentence: string): void {
    this.notes.push(sentence)
  }

  #measure(group: string, name: string): Measure {
    const known = this.measures.find((measure) => measure.group === group && measure.name === name)
    if (known !== undefined) return known
    const fresh = { group, name, values: new Map<string, number[]>() }
    this.measures.push(fresh)
    return fresh
  }
}
