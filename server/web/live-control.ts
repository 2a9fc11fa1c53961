import type { Socket } from 'socket.io'
import * as z from 'zod'
import { idPattern } from '#flows/flow.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { ControlDesk } from '../control/control-desk.ts'
import { browserName } from './routes/control.ts'

/** So often is a browser asked whether it is still there, and so long it may take to answer, in milliseconds. */
const ASK_EVERY_MS = 10_000
const PATIENCE_MS = 5_000
/** Flows that one socket holds. */
const MOST = 50

const held = z.object({ flow: z.string().regex(idPattern), browser: browserName })

interface HolderOptions {
  readonly socket: Socket
  readonly by: string
  /** Asked again each time: a role may change. */
  readonly mayHold: () => boolean
  readonly controls: Pick<ControlDesk, 'renew'>
  readonly clock: Clock
}

/**
 * Keeps what a browser holds of flows, as long as it answers `control:ask`. It says `control:hold` with `{flow, browser}`
 * and later `control:leave`. Asked rather than told: a browser slows the timers of a page in the background, but not
 * what comes over its sockets.
 */
export function serveHolder({ socket, by, mayHold, controls, clock }: HolderOptions): void {
  const holds = new Map<string, string>()
  const renewAll = (): void => {
    for (const [flow, browser] of holds) controls.renew(flow, { by, browser })
  }
  const ask = (): void => {
    if (holds.size === 0 || !mayHold()) return
    socket.timeout(PATIENCE_MS).emit('control:ask', (error: Error | null) => {
      if (!error) renewAll()
    })
  }
  const timer = clock.every(ASK_EVERY_MS, ask)
  socket.on('disconnect', () => timer.cancel())
  socket.on('control:hold', (wanted: unknown) => {
    const parsed = held.safeParse(wanted)
    if (!parsed.success || !mayHold() || (holds.size >= MOST && !holds.has(parsed.data.flow))) return
    const { flow, browser } = parsed.data
    holds.set(flow, browser)
    controls.renew(flow, { by, browser })
  })
  socket.on('control:leave', (flow: unknown) => typeof flow === 'string' && holds.delete(flow))
}
