import { randomBytes } from 'node:crypto'

const BASE = 36
/** All last two digits: text is put together faster than a number is written. */
const endings = Array.from({ length: BASE ** 2 }, (_, number) => number.toString(BASE).padStart(2, '0'))

const start = randomBytes(6).toString('base64url')
let count = 0
let front = ''

/** An id that no other message of this house has: a random part for each start, and a count. */
export function nextMessageId(): string {
  const ending = count % endings.length
  if (ending === 0) front = `${start}-${(count / endings.length).toString(BASE)}`
  count += 1
  return front + endings[ending]
}
