import { useEffect } from 'react'
import { create } from 'zustand'
import { api } from '../api/api.ts'
import { onConnect } from '../api/live.ts'
import { keys, queryClient } from '../api/queries.ts'
import type { ReplayState } from '../api/types.ts'

interface ReplayEvent {
  readonly flow: string
  /** How it stands … */
  readonly replay?: ReplayState
  /** … or how it stood when it ended. */
  readonly ended?: ReplayState
}

/** The replays that go on, by their flows, as far as somebody looks. */
const useReplays = create<Readonly<Record<string, ReplayState | undefined>>>(() => ({}))

/** The replay that goes on in a flow, as `useReplay` keeps it. */
export const useRunningReplay = (flow: string): ReplayState | undefined => useReplays((state) => state[flow])

/** The same, kept up to date; so are the recordings. `onEnd` is called with how the replay stood when it was over. */
export function useReplay(flow: string, onEnd: (ended: ReplayState) => void): ReplayState | undefined {
  useEffect(() => {
    const hear = ({ flow: other, replay, ended }: ReplayEvent): void => {
      if (other !== flow) return
      useReplays.setState({ [flow]: replay })
      if (ended) onEnd(ended)
    }
    const hearChange = (): void => void queryClient.invalidateQueries({ queryKey: keys.recordings(flow) })
    let leave = (): void => {}
    const forget = onConnect((socket) => {
      leave()
      socket.on('flow:replay', hear)
      socket.on('recordings:changed', hearChange)
      leave = () => {
        socket.off('flow:replay', hear)
        socket.off('recordings:changed', hearChange)
      }
      api.recordings.replayOf(flow).then(
        (replay) => useReplays.setState({ [flow]: replay ?? undefined }),
        () => 'the next event says it',
      )
    })
    return () => {
      forget()
      leave()
    }
  }, [flow, onEnd])
  return useRunningReplay(flow)
}
