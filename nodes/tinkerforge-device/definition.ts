import * as z from 'zod'
import { colour } from '#kit/colour.ts'
import { connectionField } from '#kit/define-connection.ts'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import type { PortMap } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import { brickd, type DeviceKind, deviceKinds, knownDevices } from '#nodes/connections/brickd/definition.ts'
import type { Device, Input, Output } from './devices/device.ts'
import { devices } from './devices/devices.ts'

const kindsWith = (holds: (device: Device) => boolean): DeviceKind[] =>
  deviceKinds.filter((kind) => holds(devices[kind]))

const thatSay = (says: Output['says']): DeviceKind[] =>
  kindsWith(({ outputs = {} }) => Object.values(outputs).some((output) => output.says === says))

const thatDo = (does: Input['does']): DeviceKind[] =>
  kindsWith(({ inputs = {} }) => Object.values(inputs).some((input) => input.does === does))

/** What a UID looks like; whether it is within 32 bits, the connection knows. */
const uidPattern = /^[1-9a-km-zA-HJ-NP-Z]{1,6}$/

const portsOf = (ends: Readonly<Record<string, Input | Output>> = {}): PortMap =>
  Object.fromEntries(Object.entries(ends).map(([name, end]) => [name, end.port]))

export const tinkerforgeDevice = defineNode({
  type: 'tinkerforge-device',
  version: 2,
  group: 'device',
  icon: 'cpu',
  title: 'Tinkerforge device',
  summary: 'A Tinkerforge sensor, button, display or speaker.',
  keywords: ['bricklet', 'sensor', 'hardware', 'display', 'relay'],
  config: () =>
    z.object({
      brickd: connectionField(brickd, { title: 'Connection' }),
      uid: z.string().trim().default('').meta({
        title: 'Device (UID)',
        description: 'Stands on the device and in Brick Viewer.',
        placeholder: 'tM1',
        suggestFrom: 'brickd',
      }),
      device: z
        .enum(deviceKinds)
        .default('temperature-v2')
        .meta({
          title: 'Kind of device',
          options: Object.fromEntries(deviceKinds.map((kind) => [kind, knownDevices[kind].title])),
        }),
      periodMs: z
        .number()
        .int()
        .min(10)
        .max(86_400_000)
        .default(1_000)
        .meta({
          title: 'At most every',
          control: 'duration',
          unit: 'ms',
          when: { device: thatSay('reading') },
        }),
      onlyChanges: z
        .boolean()
        .default(true)
        .meta({ title: 'Only when the value has changed', when: { device: thatSay('reading') } }),
      brightness: z
        .number()
        .int()
        .min(0)
        .max(7)
        .default(7)
        .meta({ title: 'Brightness', description: '0 to 7', when: { device: thatDo('segments') } }),
      line: z
        .number()
        .int()
        .min(1)
        .max(8)
        .default(1)
        .meta({ title: 'Line', description: '1 is the topmost.', when: { device: thatDo('text') } }),
      frequency: z
        .number()
        .int()
        .min(50)
        .max(15_000)
        .default(1_000)
        .meta({ title: 'Frequency', unit: 'Hz', when: { device: thatDo('beep') } }),
      volume: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(3)
        .meta({ title: 'Volume', description: '0 to 10', when: { device: thatDo('beep') } }),
      durationMs: z
        .number()
        .int()
        .min(1)
        .max(3_600_000)
        .default(500)
        .meta({ title: 'Duration', control: 'duration', unit: 'ms', when: { device: thatDo('beep') } }),
      colour: colour()
        .default('#ffffff')
        .meta({
          title: 'Colour when on',
          description: 'What true lights; a message may also name a colour.',
          control: 'colour',
          when: { device: thatDo('colour') },
        }),
    }),
  acts: true,
  chain: {
    isSource: ({ device }) => devices[device].outputs !== undefined,
    isEffect: true,
    mayLose: (_config, { isSource }) => (isSource ? saidOnce : undefined),
  },
  inputs: ({ device }) => portsOf(devices[device].inputs),
  outputs: ({ device }) => portsOf(devices[device].outputs),
  caption: ({ device, uid }) =>
    uid === '' ? knownDevices[device].title : `${knownDevices[device].title} · ${uid}`,
  // Version 1 had no colour of its own: on was white.
  migrate: (config) => config,
  check: ({ uid }) => (uidPattern.test(uid) ? [] : [uid === '' ? missingUid : wrongUid(uid)]),
})

const saidOnce: Sentence = {
  code: 'CHAIN_DEVICE',
  message: 'A device says what it measures once, to whoever listens: what it says during a crash is gone.',
}

const missingUid: ConfigProblem = {
  code: 'TINKERFORGE_UID_MISSING',
  field: 'uid',
  message: 'The UID is missing. It stands on the device and in Brick Viewer, for instance "tM1".',
}

const wrongUid = (uid: string): ConfigProblem => ({
  code: 'TINKERFORGE_UID',
  field: 'uid',
  message: `"${uid}" is not a UID. It has up to six letters and digits and stands on the device, for instance "tM1".`,
  values: { uid },
})
