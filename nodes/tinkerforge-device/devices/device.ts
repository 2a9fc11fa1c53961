import type { Port } from '#kit/kinds.ts'
import type { DeviceFunction, Source } from '#nodes/connections/brickd/definition.ts'

/**
 * A device as data: what it measures and tells leaves by its outputs, what it can do comes in by its inputs.
 * `runtime.ts` interprets all of them alike.
 */
export interface Device {
  readonly outputs?: Readonly<Record<string, Output>>
  readonly inputs?: Readonly<Record<string, Input>>
}

/** Something a device says. `field` counts the values of the source's layout from 0. */
export type Output =
  /** A number: the raw value divided by `divisor`. */
  | {
      readonly says: 'reading'
      readonly port: Port
      readonly source: Source
      readonly field: number
      readonly divisor: number
    }
  /** Each time the source speaks. */
  | { readonly says: 'event'; readonly port: Port; readonly source: Source }
  /** When the field turns to `value`: a button, pressed. */
  | {
      readonly says: 'turn'
      readonly port: Port
      readonly source: Source
      readonly field: number
      readonly value: number
    }
  /** Yes or no, on each change: whether the field has the `value`. */
  | {
      readonly says: 'state'
      readonly port: Port
      readonly source: Source
      readonly field: number
      readonly value: number
    }
  /** Yes from one callback, no from another. */
  | {
      readonly says: 'between'
      readonly port: Port
      readonly begin: Source
      readonly end: Source
    }

/** Something a device can do. What a message has to look like for it stands with each command. */
export type Input =
  /** Any message does it. */
  | { readonly does: 'act'; readonly port: Port; readonly call: DeviceFunction }
  /** `true` calls with the values `on`, `false` with `off`. */
  | {
      readonly does: 'switch'
      readonly port: Port
      readonly call: DeviceFunction
      readonly on: readonly (number | boolean)[]
      readonly off: readonly (number | boolean)[]
    }
  /** A number or a short text on four seven-segment digits. */
  | { readonly does: 'segments'; readonly port: Port; readonly call: DeviceFunction }
  /** Text on a line. */
  | {
      readonly does: 'text'
      readonly port: Port
      readonly call: DeviceFunction
      readonly lines: number
      readonly columns: number
    }
  /** A sound. */
  | { readonly does: 'beep'; readonly port: Port; readonly call: DeviceFunction }
  /** A colour: `#ff8800` or `{ red, green, blue }`. */
  | { readonly does: 'colour'; readonly port: Port; readonly call: DeviceFunction }
