import { useEffect, useState } from 'react'
import { type Drawing, readEndpoint } from '#flows/flow.ts'
import { api } from '../api/api.ts'
import { onActivity } from '../api/live.ts'
import type { LoggedMessage } from '../api/types.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { livePath, type Path } from './play-place.tsx'

/**
 * What came last to a port (`quiet.in`), or left a source (`bell`), of what is open, as it runs at a place; as far as
 * somebody has looked, and read again as more come.
 */
export function useLastMessage(end: string, place: Path): LoggedMessage | undefined {
  const flow = useFlow().document.flow.id
  const drawing = useDocument((state) => state.drawing)
  const wires = wiresAt(drawing, end)
    .map((wire) => wire.map((side) => livePath(place, side)).join(' '))
    .join('\n')
  const [last, setLast] = useState<LoggedMessage>()
  useEffect(() => {
    let isGone = false
    const names = wires === '' ? [] : wires.split('\n')
    const read = async (): Promise<void> => {
      const found = await readLast(flow, names)
      if (!isGone) setLast(found)
    }
    void read()
    const stop = onActivity(flow, ({ counts }) => {
      if (names.some((wire) => wire in counts)) void read()
    })
    return () => {
      isGone = true
      stop()
    }
  }, [flow, wires])
  return last
}

function wiresAt({ wires }: Drawing, end: string): Drawing['wires'] {
  const isSource = !end.includes('.')
  const touches = ([from, to]: Drawing['wires'][number]) =>
    isSource ? readEndpoint(from).node === end : to === end
  return wires.filter(touches)
}

/** A flow that does not run has seen nothing. */
async function readLast(flow: string, wires: readonly string[]): Promise<LoggedMessage | undefined> {
  const logs = await Promise.all(wires.map((wire) => api.flows.wireMessages(flow, wire).catch(() => [])))
  return logs
    .flat()
    .toSorted((one, other) => one.at - other.at)
    .at(-1)
}

/** Whether it can be sent again as it was: bytes, and what is too large, are not kept whole. */
export const isWhole = ({ isCut, message }: LoggedMessage): boolean =>
  !isCut &&
  !(typeof message['payload'] === 'object' && message['payload'] !== null && '$bytes' in message['payload'])
