import { randomUUID } from 'node:crypto'
import type { Parcel, PostDesk } from './outbox.ts'

/**
 * Names each parcel for the other end, the same at every try and after every restart, and never as another house
 * does: by a number of the connection that was drawn once and is on disk before the first try, and the parcel's own.
 */
export function parcelKeys(
  posts: PostDesk,
  connection: string,
): (parcel: Pick<Parcel, 'number'>) => Promise<string> {
  let drawn: Promise<string> | undefined
  const draw = async (): Promise<string> => {
    const known = posts.recall(connection, 'parcel-key')
    if (typeof known === 'string') return known
    const made = randomUUID()
    await posts.remember(connection, 'parcel-key', made)
    return made
  }
  return async ({ number }) => {
    drawn ??= draw().catch((error: unknown) => {
      drawn = undefined
      throw error
    })
    return `${await drawn}-${number}`
  }
}
