import { randomBytes } from 'node:crypto'

const start = randomBytes(6).toString('base64url')
let count = 0

/** An id that no other message of this house has: a random part for each start, and a count. */
export const nextMessageId = (): string => `${start}-${(count++).toString(36)}`
