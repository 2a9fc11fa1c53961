import { diffRevisions } from '#flows/diff.ts'
import type { Flow } from '#flows/flow.ts'

/** How many things differ between what runs and what is drawn; all of them while nothing runs. */
export const countChanges = (running: Flow | undefined, draft: Flow): number =>
  diffRevisions(running, draft).length
