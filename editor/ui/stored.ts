/** A choice kept in this browser. A browser that refuses storage (private windows) keeps it until the tab closes. */
export function readStored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined // storage is switched off: the default serves
  }
}

/** Remembers a choice; without storage it lasts as long as the tab. */
export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    return // storage is full or switched off: the choice still holds for this tab
  }
}
