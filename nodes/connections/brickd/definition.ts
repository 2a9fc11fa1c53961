import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Layout, Value } from './layout.ts'

export { type DeviceKind, deviceKinds, deviceTitle, knownDevices } from './known-devices.ts'
export type { FieldType, Layout, Value } from './layout.ts'

/** A function of a device: its id, what it takes and gives, and how to call it in an error. */
export interface DeviceFunction {
  readonly fn: number
  readonly name: string
  readonly takes?: Layout
  readonly gives?: Layout
}

/**
 * How a device is told to send a callback:
 * `configuration` V2: period, value has to change, threshold (off). `period` V1: a period, and only changes are sent.
 * `periodAndChange`: period and value has to change. `enable`: a switch.
 */
export type CallbackSetting =
  | { readonly style: 'configuration'; readonly fn: number; readonly type: Layout[number] }
  | { readonly style: 'period' | 'periodAndChange' | 'enable'; readonly fn: number }

/** Something a device says by itself. Without a setting it always does. */
export interface Source {
  readonly callback: number
  readonly layout: Layout
  readonly setting?: CallbackSetting
  /** Reads the present values: asked once whenever the device comes or comes back. */
  readonly read?: { readonly fn: number; readonly gives: Layout }
}

export interface ObserveOptions {
  /** At most one delivery in this many milliseconds, and the newest; 0 delivers all. */
  readonly periodMs: number
  /** Leaves out values equal to the last one delivered. */
  readonly onlyChanges: boolean
}

/** `isNews` is false where the values answer a read, not an event at the device. */
export type Deliver = (values: readonly Value[], isNews: boolean) => void

export type DeviceState =
  | { readonly kind: 'connecting' }
  /** The brickd cannot be reached or refuses us. */
  | { readonly kind: 'offline'; readonly reason: Sentence }
  | { readonly kind: 'missing' }
  /** The UID belongs to another type of device. */
  | { readonly kind: 'mistaken'; readonly found: number }
  | { readonly kind: 'available' }

/** One device, wherever its brickd is: present or not, what nodes want of it stands until they let go. */
export interface DeviceLink {
  /** Calls at once with the present state and then on each change. */
  watch(changed: (state: DeviceState) => void): Disposable
  /**
   * Calls a function and resolves with what it gives once the device has answered, which setters do too.
   * Waits while the first connection is being made; otherwise fails at once if the device is not there. Rejects with a `NodeError`.
   */
  call(fn: DeviceFunction, values?: readonly Value[]): Promise<readonly Value[]>
  /**
   * Delivers what a source says. Any number may observe one source: the device is set to what the fastest of them wants,
   * again after it restarted or was away.
   */
  observe(source: Source, options: ObserveOptions, deliver: Deliver): Disposable
}

export interface BrickdLink {
  /** The device with a printed UID. Throws a `NodeError` if it is no UID. */
  device(uid: string, id: number): DeviceLink
}

/** A brickd (Brick Daemon), on this machine or on another: the way to Tinkerforge devices. */
export const brickd = defineConnection<BrickdLink>()({
  type: 'brickd',
  version: 1,
  icon: 'cable',
  title: 'Tinkerforge (brickd)',
  summary: 'A Brick Daemon and the Tinkerforge devices connected to it.',
  config: () =>
    z.object({
      host: z
        .string()
        .trim()
        .min(1)
        .default('localhost')
        .meta({ title: 'Host', placeholder: 'localhost', destination: true }),
      port: z.number().int().min(1).max(65_535).default(4223).meta({ title: 'Port', destination: true }),
      secret: z
        .string()
        .max(64)
        .regex(/^[\x20-\x7e]*$/, 'A brickd secret has only ASCII characters.')
        .default('')
        .meta({
          title: 'Secret',
          description: 'Only if one is set in the configuration of this brickd.',
          secret: true,
        }),
    }),
  caption: ({ host, port }) => (port === 4223 ? host : `${host}:${port}`),
})
