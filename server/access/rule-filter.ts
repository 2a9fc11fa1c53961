/** What the places of a rule's filter are filled with. */
export interface FilterValues {
  readonly user: string | undefined
  readonly clientId: string
}

/** The filter with `%u` and `%c` filled; nothing where a value is missing, or could stand for more than itself. */
export function fillFilter(filter: string, { user, clientId }: FilterValues): string | undefined {
  const values: Readonly<Record<string, string | undefined>> = { '%u': user, '%c': clientId }
  let isWhole = true
  const filled = filter.replace(/%[uc]/g, (place) => {
    const value = values[place]
    if (value !== undefined && isPlainValue(value)) return value
    isWhole = false
    return ''
  })
  return isWhole ? filled : undefined
}

/** Whether only the broker itself may send there. Bridges tell their state by the one exception. */
export const isBrokersOwn = (filter: string): boolean =>
  filter.startsWith('$SYS/') && !/^\$SYS\/broker\/connection\/[^/#]+\/state$/.test(filter)

/** One level of a topic at most. `$` is left out, for it would hide a topic from wildcards. */
const isPlainValue = (value: string): boolean => /^[^$+#/\p{Cc}][^+#/\p{Cc}]*$/u.test(value)

/** In no rule, for a topic must not have it: a level that only wildcards match. */
const ANY = '\0'

/**
 * Topics that stand for all that a filter matches: what every one of them is matched by, by one filter
 * or another of at most `depth` levels, matches all of the filter.
 */
export function sampleTopics(filter: string, depth: number): string[] {
  const levels = filter.split('/').map((level) => (level === '+' ? ANY : level))
  if (levels.at(-1) !== '#') return [levels.join('/')]
  const start = levels.slice(0, -1)
  const most = Math.max(start.length, depth) + 1
  const lengths = Array.from({ length: most - start.length + 1 }, (_, more) => start.length + more)
  return lengths
    .map((length) => [...start, ...Array<string>(length - start.length).fill(ANY)].join('/'))
    .filter((topic) => topic !== '')
}

/** Whether a client id fits one that may hold `*` for any characters. In one pass, for strangers choose their client ids. */
export function fitsClientId(pattern: string, clientId: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return clientId === first && clientId !== ''
  if (!clientId.startsWith(first) || !clientId.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = clientId.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return clientId !== '' && at <= clientId.length - last.length
}
