import { type Port, port } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'

/** What a sensor of a kind is like; the node type and its runtime interpret all of them. */
export interface Sensor {
  readonly named: Sentence
  readonly port: Port
  /** What the button of its card says. */
  readonly press: Sentence
  readonly says: Says
}

type Says =
  /** One of two, and the button changes it. */
  | { readonly kind: 'state'; readonly on: Sentence; readonly off: Sentence; readonly isBrief?: true }
  /** A number, again and again. */
  | {
      readonly kind: 'reading'
      readonly low: number
      readonly high: number
      /** Decimals that it shows. */
      readonly digits: number
      readonly course: Course
    }
  /** That it was pressed. */
  | { readonly kind: 'press' }

/**
 * How a reading goes with the time, between its lowest and its highest value: warm by day, damp by night, in
 * steps as things are put onto a scale, in bursts as a kettle takes power.
 */
export type Course = 'day' | 'night' | 'steps' | 'bursts'

/** A new sensor is one entry here, and its words in `locales/de.json`. */
export const sensors = {
  door: {
    named: { code: 'SENSOR_DOOR', message: 'Door or window contact' },
    port: port.boolean(),
    press: { code: 'SENSOR_PRESS_DOOR', message: 'Open/shut' },
    says: {
      kind: 'state',
      on: { code: 'SENSOR_OPEN', message: 'open' },
      off: { code: 'SENSOR_SHUT', message: 'shut' },
    },
  },
  motion: {
    named: { code: 'SENSOR_MOTION', message: 'Motion' },
    port: port.boolean(),
    press: { code: 'SENSOR_PRESS_MOTION', message: 'Move' },
    says: {
      kind: 'state',
      isBrief: true,
      on: { code: 'SENSOR_MOTION', message: 'motion' },
      off: { code: 'SENSOR_STILL', message: 'still' },
    },
  },
  presence: {
    named: { code: 'SENSOR_PRESENCE', message: 'Presence' },
    port: port.boolean(),
    press: { code: 'SENSOR_PRESS_PRESENCE', message: 'Come/go' },
    says: {
      kind: 'state',
      on: { code: 'SENSOR_PRESENT', message: 'somebody is there' },
      off: { code: 'SENSOR_ABSENT', message: 'nobody is there' },
    },
  },
  leak: {
    named: { code: 'SENSOR_LEAK', message: 'Water leak' },
    port: port.boolean(),
    press: { code: 'SENSOR_PRESS_LEAK', message: 'Wet/dry' },
    says: {
      kind: 'state',
      on: { code: 'SENSOR_WET', message: 'wet' },
      off: { code: 'SENSOR_DRY', message: 'dry' },
    },
  },
  button: {
    named: { code: 'SENSOR_BUTTON', message: 'Button' },
    port: port.text(),
    press: { code: 'SENSOR_PRESS_BUTTON', message: 'Press' },
    says: { kind: 'press' },
  },
  temperature: {
    named: { code: 'SENSOR_TEMPERATURE', message: 'Temperature' },
    port: port.number({ unit: '°C' }),
    press: { code: 'SENSOR_MEASURE', message: 'Measure' },
    says: { kind: 'reading', low: 17, high: 24, digits: 1, course: 'day' },
  },
  humidity: {
    named: { code: 'SENSOR_HUMIDITY', message: 'Humidity' },
    port: port.number({ unit: '%' }),
    press: { code: 'SENSOR_MEASURE', message: 'Measure' },
    says: { kind: 'reading', low: 38, high: 62, digits: 0, course: 'night' },
  },
  scale: {
    named: { code: 'SENSOR_SCALE', message: 'Scale' },
    port: port.number({ unit: 'g' }),
    press: { code: 'SENSOR_MEASURE', message: 'Measure' },
    says: { kind: 'reading', low: 0, high: 2_000, digits: 0, course: 'steps' },
  },
  power: {
    named: { code: 'SENSOR_POWER', message: 'Power meter' },
    port: port.number({ unit: 'W' }),
    press: { code: 'SENSOR_MEASURE', message: 'Measure' },
    says: { kind: 'reading', low: 2, high: 2_100, digits: 1, course: 'bursts' },
  },
} as const satisfies Readonly<Record<string, Sensor>>

export type SensorKind = keyof typeof sensors
export const sensorKinds = Object.keys(sensors) as [SensorKind, ...SensorKind[]]

/** The kinds that say things in this way. */
export const sensorsThatSay = (...ways: readonly Says['kind'][]): SensorKind[] =>
  sensorKinds.filter((kind) => ways.includes(sensors[kind].says.kind))
