import { freeId } from '#flows/free-id.ts'

/** New ids for what comes from elsewhere: old id to new id, free where it goes and among each other. */
export function freshIds(
  items: readonly { readonly id: string }[],
  isTaken: (id: string) => boolean,
): ReadonlyMap<string, string> {
  const given = new Set<string>()
  const ids = new Map<string, string>()
  for (const item of items) {
    const id = freeId(item.id, (candidate) => given.has(candidate) || isTaken(candidate))
    given.add(id)
    ids.set(item.id, id)
  }
  return ids
}
