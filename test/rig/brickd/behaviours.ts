import type { Timer } from '#kit/runtime/clock.ts'
import type { Value } from '#nodes/connections/brickd/layout.ts'
import { Screen } from './screen.ts'
import type { SimulatedDevice, Values } from './simulated-device.ts'

/** What a kind of device does beyond remembering what it was set to. */
export interface Behaviour {
  /** When it gets power. */
  readonly start?: (device: SimulatedDevice) => void
  /** Answers its outputs, or `invalid`, in place of the ordinary way. */
  readonly functions?: Readonly<
    Record<string, (device: SimulatedDevice, inputs: Values) => Values | 'invalid'>
  >
  /** The whole of what a getter gives in pieces. */
  readonly streams?: Readonly<Record<string, (device: SimulatedDevice) => readonly Value[]>>
  /** Something that came in pieces is whole. */
  readonly written?: Readonly<
    Record<string, (device: SimulatedDevice, inputs: Values, data: readonly Value[]) => void>
  >
}

/** Real bricklets say 0 for a pressed button: released is what has to be set. */
export const PRESSED = 0
export const RELEASED = 1

const screens = new WeakMap<SimulatedDevice, Screen>()

/** What a device with a text display shows. */
export function screenOf(device: SimulatedDevice): Screen {
  const screen = screens.get(device)
  if (!screen) throw new Error(`"${device.spec.kind}" has no screen`)
  return screen
}

const writeLine = (device: SimulatedDevice, { Line, Position, Text }: Values): Values => {
  screenOf(device).write(Number(Line), Number(Position), String(Text))
  return {}
}

const clearDisplay = (device: SimulatedDevice): Values => {
  screenOf(device).clear()
  return {}
}

const dualButton: Behaviour = {
  start: (device) => device.store('Button State', { 'Button L': RELEASED, 'Button R': RELEASED }),
  functions: {
    'Set Selected LED State': (device, { LED, State }) => {
      device.store('LED State', { [LED === 0 ? 'LED L' : 'LED R']: State as Value })
      return {}
    },
  },
}

const tare = {
  Tare: (device: SimulatedDevice): Values => {
    const onScale = Number(device.get('Gross', 'Weight') ?? 0)
    device.store('Tare', { Weight: onScale })
    device.store('Weight', { Weight: 0 })
    return {}
  },
}

const running = new WeakMap<SimulatedDevice, Timer>()

/** A sound ends by itself, unless it is endless (all ones) or another one took its place. */
const sound =
  (subject: string) =>
  (device: SimulatedDevice, inputs: Values): Values | 'invalid' => {
    if (Number(inputs['Start Frequency'] ?? 0) >= Number(inputs['End Frequency'] ?? 1)) return 'invalid'
    running.get(device)?.cancel()
    device.store(subject, inputs)
    const ms = Number(inputs['Duration'])
    if (ms > 0 && ms < 0xffff_ffff)
      running.set(
        device,
        device.later(ms, () => device.fire(`${subject} Finished`)),
      )
    return {}
  }

const channelName = (channel: Value | undefined): string => `Channel${channel}`

const relay: Behaviour = {
  functions: {
    'Set Selected Value': (device, { Channel, Value: value }) => {
      device.store('Value', { [channelName(Channel)]: value as Value })
      return {}
    },
    'Set Monoflop': (device, { Channel, Value: value, Time }) => {
      device.store('Value', { [channelName(Channel)]: value as Value })
      device.later(Number(Time), () => {
        device.store('Value', { [channelName(Channel)]: value !== true })
        device.fire('Monoflop Done', { Channel: Channel as Value, Value: value !== true })
      })
      return {}
    },
  },
}

const oled: Behaviour = {
  start: (device) => screens.set(device, new Screen(8, 22)),
  functions: { 'Write Line': writeLine, 'Clear Display': clearDisplay },
  streams: {
    Pixels: (device) =>
      (device.get('Pixels', 'Data') as readonly Value[] | undefined) ?? Array(128 * 64).fill(false),
  },
  written: { Pixels: (device, _inputs, data) => device.store('Pixels', { Data: data as Value }) },
}

const lcd: Behaviour = {
  start: (device) => screens.set(device, new Screen(4, 20)),
  functions: {
    'Write Line': writeLine,
    'Clear Display': clearDisplay,
    'Backlight On': (device) => {
      device.store('Backlight On', { Backlight: true })
      return {}
    },
    'Backlight Off': (device) => {
      device.store('Backlight On', { Backlight: false })
      return {}
    },
  },
}

const segmentDisplay: Behaviour = {
  functions: {
    'Start Counter': (device, inputs) => {
      const [from, to, step] = ['Value From', 'Value To', 'Increment'].map((name) => Number(inputs[name]))
      const steps = Math.ceil(((to ?? 0) - (from ?? 0)) / (step || 1))
      if (steps < 0) return 'invalid'
      device.later(steps * Number(inputs['Length']), () => device.fire('Counter Finished'))
      return {}
    },
  },
}

export const behaviours: Readonly<Record<string, Behaviour>> = {
  'dual-button': dualButton,
  'dual-button-v2': dualButton,
  'rgb-led-button': { start: (device) => device.store('Button State', { State: RELEASED }) },
  'load-cell': { functions: tare },
  'load-cell-v2': { functions: tare },
  'piezo-speaker-v2': { functions: { 'Set Beep': sound('Beep'), 'Set Alarm': sound('Alarm') } },
  'industrial-dual-relay': relay,
  'oled-128x64-v2': oled,
  'lcd-20x4': lcd,
  'segment-display-4x7': segmentDisplay,
  'sound-pressure-level': { streams: { Spectrum: () => Array.from({ length: 512 }, (_, bin) => bin) } },
}
