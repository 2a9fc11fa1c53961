import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { DeviceLink, Value } from '#nodes/connections/brickd/definition.ts'
import type { Input } from '../devices/device.ts'
import { type Beep, encodeBeep } from './beep.ts'
import { encodeColour } from './colour.ts'
import { encodeSegments } from './segments.ts'
import { encodeText } from './text-lines.ts'

/** Settings that commands use where a message does not say otherwise. */
export interface CommandSettings extends Beep {
  readonly line: number
  readonly brightness: number
  /** What `true` lights, as `#ff8800`. */
  readonly colour: string
}

/** What a message asks of the device: one call or, for several lines, several. Throws a `NodeError` before anything is sent. */
function encodeCommand(
  input: Input,
  message: Message,
  settings: CommandSettings,
): readonly (readonly Value[])[] {
  const { payload } = message
  switch (input.does) {
    case 'act':
      return [[]]
    case 'switch':
      return [isOn(payload) ? input.on : input.off]
    case 'segments': {
      const { segments, colon } = encodeSegments(payload)
      return [[segments, settings.brightness, colon]]
    }
    case 'text':
      return encodeText(payload, message['line'] ?? settings.line, input).map(({ line, text }) => [
        line,
        0,
        text,
      ])
    case 'beep': {
      const { frequency, volume, durationMs } = encodeBeep(payload, settings)
      return [[frequency, volume, durationMs]]
    }
    case 'colour':
      return [encodeColour(payload, settings.colour)]
  }
}

/** Carries a command out; resolves when the device has confirmed all of it. */
export async function command(
  device: DeviceLink,
  input: Input,
  message: Message,
  settings: CommandSettings,
): Promise<void> {
  for (const values of encodeCommand(input, message, settings)) await device.call(input.call, values)
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  1: true,
  false: false,
  off: false,
  0: false,
}

function isOn(payload: unknown): boolean {
  const isOnOrOff = typeof payload === 'object' ? undefined : words[String(payload).toLowerCase()]
  if (isOnOrOff !== undefined) return isOnOrOff
  throw new NodeError(
    'TINKERFORGE_SWITCH',
    'This input takes true or false (also "on" and "off", 1 and 0). Send one of these.',
  )
}
