import type { StepLabel } from '#flows/operations/change.ts'
import type { HistoryEntry } from '../../api/types.ts'

/** A line of the list of steps. */
export interface StepRow {
  /** The change that stands for it now: the step itself, or what brought it back. */
  readonly step: string
  readonly label: StepLabel
  readonly by: string
  readonly at: number
  /** It was undone, and not done again. */
  readonly isTakenBack: boolean
}

/** What was done, newest first: one row for each step, however often it was undone and done again. */
export function stepRows(entries: readonly HistoryEntry[]): readonly StepRow[] {
  const rows = new Map<string, StepRow>()
  /** To which row a step belongs that takes another back. */
  const roots = new Map<string, string>()
  for (const { step, label, by, at, undoes } of entries) {
    const known = rows.get(step)
    const root = undoes === undefined ? undefined : (roots.get(undoes) ?? undoes)
    const undone = root === undefined ? undefined : rows.get(root)
    if (known) rows.set(step, { ...known, at })
    else if (root === undefined) rows.set(step, { step, label, by, at, isTakenBack: false })
    else if (undone) {
      roots.set(step, root)
      rows.set(root, { ...undone, step, isTakenBack: !undone.isTakenBack })
    }
  }
  return [...rows.values()].reverse()
}
