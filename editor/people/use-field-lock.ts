import { usePeople } from './people.ts'

/** Who types in a field right now, so that nobody else does; nothing while this tab is at it. */
export const useFieldLock = (field: string): string | undefined =>
  usePeople(({ people, ownField }) =>
    ownField === field ? undefined : people.find((person) => person.field === field)?.name,
  )
