import { RememberedList } from '../ui/remembered.ts'

/** Node types that somebody likes, and those that were added last; kept in this browser. */
export const favourites = new RememberedList('wirehouse.nodes.favourites', 40)
export const recents = new RememberedList('wirehouse.nodes.recent', 5)
