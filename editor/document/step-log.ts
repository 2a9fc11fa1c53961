import type { Change, StepLabel } from '#flows/operations/change.ts'
import type { Operation } from '#flows/operations/operation.ts'

/** One of a person's own changes, with what it has really changed and the way back. */
export type DoneChange = Pick<Change, 'id' | 'step' | 'undoes' | 'label'> & {
  readonly operations: readonly Operation[]
  readonly inverse: readonly Operation[]
}

/** What one undo takes back: a change, or a burst of them. */
export interface Step {
  readonly id: string
  readonly label: StepLabel
  readonly changes: readonly DoneChange[]
}

const MAX_STEPS = 1_000

/**
 * What one person has done to a flow and can take back, made of the changes alone: so it is the same after a reload,
 * and in another tab. To take a step back is a change, too, and can itself be taken back: that is redo.
 */
export class StepLog {
  #past: Step[] = []
  #future: Step[] = []

  constructor(changes: readonly DoneChange[] = []) {
    for (const change of changes) this.add(change)
  }

  /** Oldest first. */
  get past(): readonly Step[] {
    return this.#past
  }
  /** What the next redo does stands last. */
  get future(): readonly Step[] {
    return this.#future
  }

  add(change: DoneChange): void {
    if (this.#replace(change.step, (step) => ({ ...step, changes: [...step.changes, change] }))) return
    const step: Step = { id: change.step, label: change.label, changes: [change] }
    if (change.undoes === undefined) {
      this.#past.push(step)
      this.#future = []
    } else if (this.#past.some(({ id }) => id === change.undoes)) {
      this.#past = this.#past.filter(({ id }) => id !== change.undoes)
      this.#future.push(step)
    } else if (this.#future.some(({ id }) => id === change.undoes)) {
      this.#future = this.#future.filter(({ id }) => id !== change.undoes)
      this.#past.push(step)
    }
    if (this.#past.length > MAX_STEPS) this.#past.shift()
  }

  /** What a change has come to, after others. */
  update(id: string, done: Pick<DoneChange, 'operations' | 'inverse'>): void {
    const renew = (step: Step): Step =>
      step.changes.some((change) => change.id === id)
        ? {
            ...step,
            changes: step.changes.map((change) => (change.id === id ? { ...change, ...done } : change)),
          }
        : step
    this.#past = this.#past.map(renew)
    this.#future = this.#future.map(renew)
  }

  /** Forgets a change that has come to nothing. */
  remove(id: string): void {
    const without = (step: Step): readonly Step[] => {
      const changes = step.changes.filter((change) => change.id !== id)
      return changes.length > 0 ? [{ ...step, changes }] : []
    }
    this.#past = this.#past.flatMap(without)
    this.#future = this.#future.flatMap(without)
  }

  clear(): void {
    this.#past = []
    this.#future = []
  }

  #replace(id: string, change: (step: Step) => Step): boolean {
    const index = this.#past.findIndex((step) => step.id === id)
    const step = this.#past[index]
    if (step) this.#past[index] = change(step)
    return step !== undefined
  }
}
