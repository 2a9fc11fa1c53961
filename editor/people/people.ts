import { create } from 'zustand'
import type { Person } from '../api/types.ts'

interface PeopleStore {
  /** Those who have the flow open besides this tab. */
  readonly people: readonly Person[]
  /** The drawing that is open here: a subflow, or the flow itself. */
  readonly scope: string | undefined
  /** What is typed in here. */
  readonly ownField: string | undefined
}

/** Who else is in the flow that is open. */
export const usePeople = create<PeopleStore>(() => ({ people: [], scope: undefined, ownField: undefined }))

const colors = ['input', 'notify', 'output', 'logic', 'storage', 'function'] as const

/** A person has the same colour everywhere, by name; colours that can be told apart and read on both grounds. */
export function personColor(name: string): string {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973
  return `var(--family-${colors[sum % colors.length]})`
}

/** The first letters of the first two words. */
export const initialsOf = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .flatMap((word) => [...word].slice(0, 1))
    .slice(0, 2)
    .join('')
    .toUpperCase()
