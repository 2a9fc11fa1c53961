import { useEffect, useState } from 'react'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { onActivity } from '../../api/live.ts'
import type { LoggedMessage } from '../../api/types.ts'
import { errorText } from '../../i18n/error-text.ts'

export type WireMessages =
  | { readonly kind: 'loading' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The newest first. */
  | { readonly kind: 'known'; readonly messages: readonly LoggedMessage[] }

/** The last messages of a wire, read again whenever some went over it; not while the list is held. */
export function useWireMessages(flow: string, wire: string, isHeld: boolean): WireMessages {
  const [known, setKnown] = useState<WireMessages>({ kind: 'loading' })
  useEffect(() => {
    if (isHeld) return
    let isGone = false
    let isAsking = false
    const read = async (): Promise<void> => {
      if (isAsking) return
      isAsking = true
      const answer = await readMessages(flow, wire)
      isAsking = false
      if (!isGone) setKnown(answer)
    }
    void read()
    const stop = onActivity(flow, ({ counts }) => {
      if (wire in counts) void read()
    })
    return () => {
      isGone = true
      stop()
    }
  }, [flow, wire, isHeld])
  return known
}

async function readMessages(flow: string, wire: string): Promise<WireMessages> {
  try {
    return { kind: 'known', messages: (await api.flows.wireMessages(flow, wire)).toReversed() }
  } catch (error) {
    if (error instanceof ApiError && error.code === 'FLOW_NOT_RUNNING') return { kind: 'stopped' }
    return { kind: 'failed', reason: errorText(error) }
  }
}
