import { createContext, useContext, useEffect, useState } from 'react'
import type { Kind } from '#kit/kinds.ts'
import { payloadType } from './payload-type.ts'

/** What can be known of the payloads that the node receives which is edited. */
export interface PayloadSource {
  /** What its wires carry. */
  readonly kind: Kind
  /** Payloads that went over them a moment ago. */
  readonly readSeen: () => Promise<readonly unknown[]>
}

export const PayloadContext = createContext<PayloadSource | undefined>(undefined)

/** The TypeScript type of what the node receives which is edited. */
export function usePayloadType(): string {
  const source = useContext(PayloadContext)
  const [seen, setSeen] = useState<readonly unknown[]>([])
  useEffect(() => {
    let isWanted = true
    source?.readSeen().then((payloads) => isWanted && setSeen(payloads))
    return () => {
      isWanted = false
    }
  }, [source])
  return payloadType(source?.kind ?? 'any', seen)
}
