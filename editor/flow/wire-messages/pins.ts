import * as z from 'zod'
import { create } from 'zustand'
import type { LoggedMessage } from '../../api/types.ts'
import { readStored, writeStored } from '../../ui/stored.ts'

/** Of one flow. */
export const MOST_PINS = 20

const storedPins = z
  .record(
    z.string(),
    z.array(
      z.object({
        number: z.number(),
        at: z.number(),
        message: z.looseObject({ id: z.string() }),
        isCut: z.boolean(),
      }),
    ),
  )
  .catch({})

/** By the wire's key. */
type Pins = Readonly<Record<string, readonly LoggedMessage[]>>

/** The messages that a person has pinned, by flow; they stay in this browser. */
export const usePins = create<Readonly<Record<string, Pins>>>(() => ({}))

const keyOf = (flow: string): string => `wirehouse.pins.${flow}`

/** Reads what was pinned in this flow before, once. */
export function loadPins(flow: string): void {
  if (usePins.getState()[flow]) return
  usePins.setState({ [flow]: storedPins.parse(readJson(readStored(keyOf(flow)))) })
}

/** Answers false where there are enough already. */
export function pin(flow: string, wire: string, message: LoggedMessage): boolean {
  const pins = usePins.getState()[flow] ?? {}
  const count = Object.values(pins).reduce((sum, list) => sum + list.length, 0)
  if (count >= MOST_PINS) return false
  save(flow, { ...pins, [wire]: [...(pins[wire] ?? []), message] })
  return true
}

export function unpin(flow: string, wire: string, message: LoggedMessage): void {
  const { [wire]: pinned = [], ...others } = usePins.getState()[flow] ?? {}
  const left = pinned.filter((one) => !isSame(one, message))
  save(flow, left.length > 0 ? { ...others, [wire]: left } : others)
}

/** Numbers begin anew with each page that looks; the time tells messages apart. */
export const isSame = (one: LoggedMessage, other: LoggedMessage): boolean =>
  one.at === other.at && one.message.id === other.message.id

function save(flow: string, pins: Pins): void {
  usePins.setState({ [flow]: pins })
  writeStored(keyOf(flow), JSON.stringify(pins))
}

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}')
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
