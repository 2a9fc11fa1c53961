import { join } from 'node:path'

/** What the comparison installs. Git does not track it; it may be deleted at any time. */
export const peersFolder = join(import.meta.dirname, '../.peers')
