const MAX_LENGTH = 64

/**
 * An id that is not taken, as a person would give it: `debounce`, then `debounce-2`, `debounce-3`.
 * A number at the end of `wanted` is counted on, so that copies of `bell-2` do not become `bell-2-2`.
 */
export function freeId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted
  const stem = wanted.replace(/-\d+$/, '') || 'node'
  for (let number = 2; ; number++) {
    const suffix = `-${number}`
    const id = stem.slice(0, MAX_LENGTH - suffix.length) + suffix
    if (!isTaken(id)) return id
  }
}
