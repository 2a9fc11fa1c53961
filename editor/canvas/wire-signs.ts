import type { Mark } from '#flows/diff.ts'
import type { Marks } from './marks.tsx'
import type { WireSign, WireSigns } from './painting/sign-layer.ts'
import type { ProblemLevels } from './projection.ts'

const ofMark: Readonly<Partial<Record<Mark, WireSign>>> = {
  added: { colour: '--ok', dash: [], sign: 'plus' },
  removed: { colour: '--error', dash: [4, 4], sign: 'minus' },
}

const ofProblem: Readonly<Record<'error' | 'warning', WireSign>> = {
  error: { colour: '--error', dash: [2, 4], sign: 'exclamation' },
  warning: { colour: '--warn', dash: [2, 4], sign: 'exclamation' },
}

/** What is to be said about wires; what has become of one goes before what is wrong with it. */
export function wireSigns(marks: Marks, problems: ProblemLevels): WireSigns {
  const signs = new Map<string, WireSign>()
  for (const [key, level] of problems) if (isWire(key)) signs.set(key, ofProblem[level])
  for (const [key, mark] of marks) {
    const sign = isWire(key) && ofMark[mark]
    if (sign) signs.set(key, sign)
  }
  return signs
}

/** The key of a wire is of two parts, an id is of one. */
const isWire = (key: string): boolean => key.includes(' ')
