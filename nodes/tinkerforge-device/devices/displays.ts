import { port } from '#kit/kinds.ts'
import type { Device } from './device.ts'
import { act, happens, onOff } from './slices.ts'

export const segmentDisplay: Device = {
  inputs: {
    in: {
      does: 'segments',
      port: port.json(),
      call: { fn: 1, name: 'segments', takes: ['u8[4]', 'u8', 'bool'] },
    },
  },
}

export const oledV2: Device = {
  inputs: {
    text: {
      does: 'text',
      port: port.json({ title: 'Text' }),
      call: { fn: 6, name: 'write line', takes: ['u8', 'u8', 'string[22]'] },
      lines: 8,
      columns: 22,
    },
    clear: act(3, 'clear', 'Clear'),
  },
}

export const lcd20x4: Device = {
  inputs: {
    text: {
      does: 'text',
      port: port.json({ title: 'Text' }),
      call: { fn: 1, name: 'write line', takes: ['u8', 'u8', 'string[20]'] },
      lines: 4,
      columns: 20,
    },
    clear: act(2, 'clear', 'Clear'),
    backlightOn: act(3, 'backlight on', 'Light on'),
    backlightOff: act(4, 'backlight off', 'Light off'),
  },
}

export const piezoSpeakerV2: Device = {
  inputs: {
    in: {
      does: 'beep',
      port: port.any(),
      call: { fn: 1, name: 'beep', takes: ['u16', 'u8', 'u32'] },
    },
  },
  outputs: { out: happens(7) },
}

const relay = { fn: 6, name: 'relay', takes: ['u8', 'bool'] } as const

export const industrialDualRelay: Device = {
  inputs: {
    relay0: onOff(relay, [0, true], [0, false], 'Relay 0'),
    relay1: onOff(relay, [1, true], [1, false], 'Relay 1'),
  },
}
