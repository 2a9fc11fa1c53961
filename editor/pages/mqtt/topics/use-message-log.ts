import { useEffect, useState, useSyncExternalStore } from 'react'
import { watchMessages } from '../../../topics/live-topics.ts'
import { type LoggedMessage, MessageLog, type MessageLogLimits } from './message-log.ts'

/** What a log shows, and how it is held still. */
export interface ShownLog {
  /** The oldest first; while it is paused, those that stood then. */
  readonly messages: readonly LoggedMessage[]
  readonly missed: number
  readonly isPaused: boolean
  pause(): void
  resume(): void
  clear(): void
}

/** The messages on some filters from now on. Without filters, none come. Pausing freezes what is seen; the log goes on. */
export function useMessageLog(key: string, filters: readonly string[], limits: MessageLogLimits): ShownLog {
  const [log] = useState(() => new MessageLog(limits))
  const [frozen, setFrozen] = useState<readonly LoggedMessage[]>()
  const messages = useSyncExternalStore(log.subscribe, () => log.messages)
  const wanted = JSON.stringify(filters)
  useEffect(() => {
    const parsed = JSON.parse(wanted) as readonly string[]
    return parsed.length === 0 ? undefined : watchMessages(key, parsed, (event) => log.take(event))
  }, [key, wanted, log])
  return {
    messages: frozen ?? messages,
    missed: log.missed,
    isPaused: frozen !== undefined,
    pause: () => setFrozen(log.messages),
    resume: () => setFrozen(undefined),
    clear: () => {
      log.clear()
      setFrozen(undefined)
    },
  }
}
