import { createContext, useContext, useEffect, useState } from 'react'
import type { Kind } from '#kit/kinds.ts'

/** What can be known of the messages that the node receives which is edited. */
export interface SeenMessages {
  /** What its wires carry. */
  readonly kind: Kind
  /** Messages that went over them a moment ago, the newest last. */
  readonly read: () => Promise<readonly SeenMessage[]>
}

export type SeenMessage = Readonly<Record<string, unknown>>

export const SeenContext = createContext<SeenMessages | undefined>(undefined)

/** Messages that the node has received which is edited, as they were when the field came to be; the newest last. */
export function useSeen(): readonly SeenMessage[] {
  const source = useContext(SeenContext)
  const [seen, setSeen] = useState<readonly SeenMessage[]>(none)
  useEffect(() => {
    let isWanted = true
    void source?.read().then((messages) => isWanted && setSeen(messages))
    return () => {
      isWanted = false
    }
  }, [source])
  return seen
}

/** What the wires carry into the node which is edited. */
export const useInputKind = (): Kind => useContext(SeenContext)?.kind ?? 'any'

const none: readonly SeenMessage[] = []
