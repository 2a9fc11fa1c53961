import { createContext, type ReactNode } from 'react'

/** What stands beside source text in its large window: the page gives it, for a form knows no flow. */
export const BesideCode = createContext<ReactNode>(undefined)
