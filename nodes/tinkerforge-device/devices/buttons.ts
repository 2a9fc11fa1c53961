import { port } from '#kit/kinds.ts'
import type { Source } from '#nodes/connections/brickd/definition.ts'
import type { Device } from './device.ts'
import { held, onOff, pressed, source } from './slices.ts'

const LEFT = 0
const RIGHT = 1
const LED_ON = 2
const LED_OFF = 3

const dualButtonSays = (says: Source): Device => ({
  outputs: {
    left: pressed(says, LEFT, 'Left pressed'),
    right: pressed(says, RIGHT, 'Right pressed'),
    leftHeld: held(says, LEFT, 'Left held down'),
    rightHeld: held(says, RIGHT, 'Right held down'),
  },
  inputs: {
    leftLed: onOff(led, [LEFT, LED_ON], [LEFT, LED_OFF], 'Left LED'),
    rightLed: onOff(led, [RIGHT, LED_ON], [RIGHT, LED_OFF], 'Right LED'),
  },
})

const led = { fn: 5, name: 'LED', takes: ['u8', 'u8'] } as const
const buttons = { fn: 3, gives: ['u8', 'u8'] } as const

/** Says left and right button, left and right LED. */
export const dualButton = dualButtonSays(source(4, ['u8', 'u8', 'u8', 'u8'], buttons))

/** As the first one, but only after function 6 has told it to. */
export const dualButtonV2 = dualButtonSays(source(4, ['u8', 'u8', 'u8', 'u8'], buttons, 6))

const button = source(4, ['u8'], { fn: 3, gives: ['u8'] })

export const rgbLedButton: Device = {
  outputs: {
    pressed: pressed(button, 0, 'Pressed'),
    held: held(button, 0, 'Held down'),
  },
  inputs: {
    in: {
      does: 'colour',
      port: port.json(),
      call: { fn: 1, name: 'colour', takes: ['u8', 'u8', 'u8'] },
    },
  },
}
