import type { TakenPacket } from '#kit/flow-broker.ts'
import type { FlowTap, TapOptions } from './flow-tap.ts'
import type { Patience } from './patience.ts'
import { PromisedWait, type Wait } from './wait.ts'
import { within } from './within.ts'

/**
 * Hands a message to flows; each that gets it with QoS 1 or 2 holds `wait` until it has settled it, or an
 * inbox has it on disk.
 */
export function deliverToFlows(taps: readonly FlowTap[], packet: TakenPacket, wait?: Wait): void {
  for (const tap of taps) tap.offer(tap.qos < packet.qos ? { ...packet, qos: tap.qos } : packet, wait)
}

/** As `deliverToFlows`; answers a promise if flows hold it: it resolves when all have settled it, or patience ends. */
export function settledByFlows(
  taps: readonly FlowTap[],
  packet: TakenPacket,
  patience: Patience,
): Promise<void> | undefined {
  if (taps.length === 0) return undefined
  if (packet.qos === 0) {
    deliverToFlows(taps, packet)
    return undefined
  }
  const wait = new PromisedWait()
  deliverToFlows(taps, packet, wait)
  wait.release()
  if (!wait.isOver) patience.watch(wait)
  return wait.done
}

/** Waits until every flow has room for one more; answers `false` if that takes longer than `holdBackMs`. */
export function roomInFlows(taps: readonly FlowTap[], options: TapOptions): true | Promise<boolean> {
  if (taps.every(hasRoom)) return true
  const full = taps.filter((tap) => !hasRoom(tap))
  const waits = full.map((tap) => tap.room())
  return within(waits, options.holdBackMs, options.clock).then(() => full.every((tap) => tap.hasRoom))
}

const hasRoom = (tap: FlowTap): boolean => tap.hasRoom || tap.qos === 0
