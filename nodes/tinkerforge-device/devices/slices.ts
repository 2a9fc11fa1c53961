import { port } from '#kit/kinds.ts'
import type {
  CallbackSetting,
  DeviceFunction,
  FieldType,
  Layout,
  Source,
} from '#nodes/connections/brickd/definition.ts'
import type { Input, Output } from './device.ts'

/** Parts that device tables are made of. Numbers are ids of functions and callbacks, from the maker's catalogue. */

interface ReadingOptions {
  readonly unit?: string
  readonly type: FieldType
  /** Raw values per unit: 100 for hundredths. */
  readonly divisor?: number
  readonly read: number
  readonly callback: number
  readonly title?: string
}

type Configured = ReadingOptions & { readonly configure: number }
type Periodic = ReadingOptions & { readonly period: number }

/** A measured number. `configure` is the function of a 2.0 device, `period` that of a 1.0 device. */
export function reading(options: Configured | Periodic): Output {
  const { unit, type, divisor = 1, read, callback, title } = options
  const setting: CallbackSetting =
    'configure' in options
      ? { style: 'configuration', fn: options.configure, type }
      : { style: 'period', fn: options.period }
  const source = { callback, layout: [type], setting, read: { fn: read, gives: [type] } }
  return {
    says: 'reading',
    port: port.number({ ...(unit && { unit }), ...(title && { title }) }),
    source,
    field: 0,
    divisor,
  }
}

/** Something that happens, without more to say. */
export const happens = (callback: number, title?: string): Output => ({
  says: 'event',
  port: port.event(title ? { title } : {}),
  source: { callback, layout: [] },
})

/** Motion, as a moment and as a yes or no. */
export const motion = (detected: number, ended: number) => ({
  detected: happens(detected, 'Motion detected'),
  motion: {
    says: 'between',
    port: port.boolean({ title: 'Motion, yes or no' }),
    begin: { callback: detected, layout: [] },
    end: { callback: ended, layout: [] },
  } as const,
})

const PRESSED = 0

/** A button, when it is pressed; holding it down says nothing more. */
export const pressed = (source: Source, field: number, title: string): Output => ({
  says: 'turn',
  port: port.event({ title }),
  source,
  field,
  value: PRESSED,
})

/** A button, as long as it is held down. */
export const held = (source: Source, field: number, title: string): Output => ({
  says: 'state',
  port: port.boolean({ title }),
  source,
  field,
  value: PRESSED,
})

/** A source that says several values at once. */
export const source = (
  callback: number,
  layout: Layout,
  read: { readonly fn: number; readonly gives: Layout },
  enable?: number,
): Source => ({
  callback,
  layout,
  read,
  ...(enable !== undefined && { setting: { style: 'enable' as const, fn: enable } }),
})

/** Any message does it. */
export const act = (fn: number, name: string, title: string): Input => ({
  does: 'act',
  port: port.event({ title }),
  call: { fn, name },
})

/** `true` and `false`. */
export const onOff = (
  call: DeviceFunction,
  on: readonly (number | boolean)[],
  off: readonly (number | boolean)[],
  title?: string,
): Input => ({ does: 'switch', port: port.boolean(title ? { title } : {}), call, on, off })
