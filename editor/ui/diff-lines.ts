/** A line of two texts laid over one another. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Longer than this, lines are not compared one by one. */
const MOST_LINES = 300

/** What has changed from one text to the next, line by line: the fewest lines that come and go. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++
  let end = 0
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end))
    end++
  const middle = diffMiddle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end))
  return [...linesOf('same', old.slice(0, start)), ...middle, ...linesOf('same', old.slice(old.length - end))]
}

const linesOf = (kind: DiffLine['kind'], lines: readonly string[]): readonly DiffLine[] =>
  lines.map((text) => ({ kind, text }))

function diffMiddle(old: readonly string[], fresh: readonly string[]): readonly DiffLine[] {
  if (old.length > MOST_LINES || fresh.length > MOST_LINES)
    return [...linesOf('removed', old), ...linesOf('added', fresh)]
  const common = commonLengths(old, fresh)
  const lines: DiffLine[] = []
  let [row, column] = [0, 0]
  while (row < old.length || column < fresh.length) {
    const [oldLine, freshLine] = [old[row], fresh[column]]
    if (oldLine !== undefined && oldLine === freshLine) {
      lines.push({ kind: 'same', text: oldLine })
      row++
      column++
    } else if (
      oldLine !== undefined &&
      (freshLine === undefined || lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      lines.push({ kind: 'removed', text: oldLine })
      row++
    } else {
      lines.push({ kind: 'added', text: freshLine ?? '' })
      column++
    }
  }
  return lines

  function lengthAt(at: number, other: number): number {
    return common[at]?.[other] ?? 0
  }
}

/** By the first line of each rest, how many lines both rests have in common. */
function commonLengths(old: readonly string[], fresh: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1))
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = fresh.length - 1; column >= 0; column--) {
      const [here, below] = [lengths[row], lengths[row + 1]]
      if (!here || !below) continue
      here[column] =
        old[row] === fresh[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0)
    }
  return lengths
}
