import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DeviceKind, deviceKinds, knownDevices } from '#nodes/connections/brickd/known-devices.ts'
import {
  ask,
  type IpConnection,
  openTinkerforge,
  type TinkerforgeDevice,
  tinkerforge,
} from './brickd/tinkerforge-package.ts'
import { type BrickdSimulator, startBrickdSimulator } from './brickd-simulator.ts'

/** The simulator, seen by the maker's own client: what that one accepts, ours may rely on. */

const ENUMERATE = 253
const CONNECTED = 0
const DISCONNECTED = 1
const INVALID_PARAMETER = 41
const WRONG_DEVICE_TYPE = 81

const until = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 10_000 })

async function connectTo(brickd: BrickdSimulator): Promise<IpConnection> {
  const ipcon = new tinkerforge.IPConnection()
  ipcon.setAutoReconnect(false)
  await new Promise<void>((resolve, reject) => {
    ipcon.on(CONNECTED, () => resolve())
    ipcon.connect('127.0.0.1', brickd.port, (error) => reject(new Error(`not connected: ${error}`)))
  })
  return ipcon
}

/** `motion-detector-v2` → `BrickletMotionDetectorV2`, as the package spells it. */
function classOf(kind: DeviceKind): string {
  const wanted = `bricklet${kind.replaceAll('-', '')}`
  const found = Object.keys(tinkerforge).find((name) => name.toLowerCase() === wanted)
  if (!found) throw new Error(`the package has no class for "${kind}"`)
  return found
}

/** A UID of its own for each kind: `d2`, `d3`, … */
const uidOf = (kind: DeviceKind): string => {
  const digits = '23456789abcdefghijkmnopqrstuvwxyz'
  return `d${digits[deviceKinds.indexOf(kind)]}`
}

/** What each kind is asked: method, values, and what the package has to answer. */
type Question = readonly [method: string, values: readonly unknown[], answer: readonly unknown[]]

const off = [0, false, 'x', 0, 0]
const ledText = 'TUER 18:02'

const questions: Readonly<Record<DeviceKind, readonly Question[]>> = {
  'air-quality': [
    ['getAllValues', [], [0, 0, 0, 0, 0]],
    ['setTemperatureOffset', [-150], []],
    ['getTemperatureOffset', [], [-150]],
    ['getAllValuesCallbackConfiguration', [], [0, false]],
  ],
  'ambient-light': [['getIlluminance', [], [0]]],
  'ambient-light-v2': [['getConfiguration', [], [3, 3]]],
  'ambient-light-v3': [
    ['getIlluminance', [], [0]],
    ['setConfiguration', [6, 7], []],
    ['getConfiguration', [], [6, 7]],
  ],
  'barometer-v2': [
    ['getAirPressure', [], [260_000]],
    ['getReferenceAirPressure', [], [1_013_250]],
    ['getAltitudeCallbackConfiguration', [], off],
  ],
  'distance-ir-v2': [['getMovingAverageConfiguration', [], [25]]],
  'distance-us-v2': [['getDistance', [], [300]]],
  'dual-button': [
    ['getButtonState', [], [1, 1]],
    ['setSelectedLEDState', [1, 2], []],
    ['getLEDState', [], [1, 2]],
  ],
  'dual-button-v2': [
    ['getButtonState', [], [1, 1]],
    ['setSelectedLEDState', [0, 3], []],
    ['getLEDState', [], [3, 1]],
    ['getStateChangedCallbackConfiguration', [], [false]],
  ],
  'humidity-v2': [
    ['getHumidity', [], [0]],
    ['getTemperature', [], [0]],
    ['getHumidityCallbackConfiguration', [], off],
    ['setMovingAverageConfiguration', [7, 9], []],
    ['getMovingAverageConfiguration', [], [7, 9]],
  ],
  'industrial-dual-relay': [
    ['setSelectedValue', [1, true], []],
    ['getValue', [], [false, true]],
  ],
  'lcd-20x4': [
    ['writeLine', [3, 0, ledText], []],
    ['backlightOn', [], []],
    ['isBacklightOn', [], [true]],
  ],
  'load-cell': [['tare', [], []]],
  'load-cell-v2': [
    ['getWeight', [], [0]],
    ['tare', [], []],
    ['setMovingAverage', [10], []],
    ['getMovingAverage', [], [10]],
    ['setWeightCallbackConfiguration', [250, true, 'o', -5, 70_000], []],
    ['getWeightCallbackConfiguration', [], [250, true, 'o', -5, 70_000]],
  ],
  'motion-detector': [['getMotionDetected', [], [0]]],
  'motion-detector-v2': [
    ['getMotionDetected', [], [0]],
    ['getSensitivity', [], [50]],
    ['setIndicator', [255, 0, 7], []],
    ['getIndicator', [], [255, 0, 7]],
  ],
  'oled-128x64-v2': [
    ['writeLine', [1, 0, ledText], []],
    ['setDisplayConfiguration', [100, true, true], []],
    ['getDisplayConfiguration', [], [100, true, true]],
  ],
  'piezo-speaker-v2': [
    ['setBeep', [2_000, 3, 4_294_967_295], []],
    ['getBeep', [], [2_000, 3, 4_294_967_295, 0]],
    ['setAlarm', [250, 750, 1, 1, 0, 100], []],
  ],
  'rgb-led-button': [
    ['getButtonState', [], [1]],
    ['setColor', [255, 136, 0], []],
    ['getColor', [], [255, 136, 0]],
  ],
  'segment-display-4x7': [
    ['setSegments', [[63, 6, 91, 79], 7, true], []],
    ['getSegments', [], [[63, 6, 91, 79], 7, true]],
  ],
  'sound-intensity': [['getIntensity', [], [0]]],
  'sound-pressure-level': [
    ['getDecibel', [], [0]],
    ['getConfiguration', [], [3, 0]],
    ['getSpectrum', [], [Array.from({ length: 512 }, (_, bin) => bin)]],
  ],
  temperature: [['getTemperatureCallbackPeriod', [], [0]]],
  'temperature-v2': [
    ['getTemperature', [], [0]],
    ['setTemperatureCallbackConfiguration', [1_000, true, '>', 2_500, 0], []],
    ['getTemperatureCallbackConfiguration', [], [1_000, true, '>', 2_500, 0]],
  ],
}

describe('for the npm package tinkerforge', () => {
  let brickd: BrickdSimulator
  let ipcon: IpConnection
  const device = (kind: DeviceKind): TinkerforgeDevice => openTinkerforge(ipcon, classOf(kind), uidOf(kind))

  beforeAll(async () => {
    brickd = await startBrickdSimulator()
    for (const kind of deviceKinds) brickd.add(uidOf(kind), kind)
    ipcon = await connectTo(brickd)
  })
  afterAll(async () => {
    ipcon.disconnect()
    await brickd.close()
  })

  it('every device is there, with its UID and its identifier', async () => {
    const seen = new Map<string, number>()
    ipcon.on(
      ENUMERATE,
      (...[uid, , , , , id]: [string, string, string, number[], number[], number, number]) => {
        seen.set(uid, id)
      },
    )
    ipcon.enumerate()
    const wanted = new Map(deviceKinds.map((kind) => [uidOf(kind), knownDevices[kind].id]))
    await until(() => expect(seen).toEqual(wanted))
  })

  it.each(deviceKinds)('a %s answers getters and keeps what setters say', async (kind) => {
    const opened = device(kind)
    for (const [method, values, answer] of questions[kind])
      expect([method, ...(await ask(opened, method, ...values))]).toEqual([method, ...answer])
  })

  it('text is on the displays that it was written to', () => {
    expect([brickd.displayText(uidOf('oled-128x64-v2')), brickd.displayText(uidOf('lcd-20x4'))]).toEqual([
      `\n${ledText}`,
      `\n\n\n${ledText}`,
    ])
    expect(brickd.displayText(uidOf('segment-display-4x7'))).toBe('01:23')
  })

  it('pixels come back as they were written, in pieces both ways', async () => {
    const oled = device('oled-128x64-v2')
    const pixels = Array.from({ length: 128 * 64 }, (_, index) => index % 3 === 0)
    await ask(oled, 'writePixels', 0, 0, 127, 63, pixels)
    expect(await ask(oled, 'readPixels', 0, 0, 127, 63)).toEqual([pixels])
  })

  it.each<[DeviceKind, string, readonly unknown[]]>([
    ['piezo-speaker-v2', 'setBeep', [49, 3, 100]],
    ['segment-display-4x7', 'setSegments', [[0, 0, 0, 128], 7, false]],
    ['dual-button-v2', 'setLEDState', [4, 0]],
    ['oled-128x64-v2', 'writeLine', [8, 0, 'x']],
    ['temperature-v2', 'setTemperatureCallbackConfiguration', [1, false, 'q', 0, 0]],
  ])('a %s refuses %s(%j)', async (kind, method, values) => {
    await expect(ask(device(kind), method, ...values)).rejects.toBe(INVALID_PARAMETER)
  })

  it('a device of another type is found out', async () => {
    const wrong = openTinkerforge(ipcon, 'BrickletHumidityV2', uidOf('temperature-v2'))
    await expect(ask(wrong, 'getHumidity')).rejects.toBe(WRONG_DEVICE_TYPE)
  })

  it.each<[DeviceKind, string, readonly unknown[], string, number, number, readonly unknown[]]>([
    [
      'temperature-v2',
      'setTemperatureCallbackConfiguration',
      [5, true, 'x', 0, 0],
      'temperature',
      22.22,
      4,
      [2_222],
    ],
    ['humidity-v2', 'setHumidityCallbackConfiguration', [5, true, 'x', 0, 0], 'humidity', 45.1, 4, [4_510]],
    [
      'humidity-v2',
      'setTemperatureCallbackConfiguration',
      [5, true, 'x', 0, 0],
      'temperature',
      -3,
      8,
      [-300],
    ],
    ['load-cell-v2', 'setWeightCallbackConfiguration', [5, true, 'x', 0, 0], 'weight', 1_234, 4, [1_234]],
    [
      'ambient-light-v3',
      'setIlluminanceCallbackConfiguration',
      [5, true, 'x', 0, 0],
      'illuminance',
      300,
      4,
      [30_000],
    ],
    [
      'sound-pressure-level',
      'setDecibelCallbackConfiguration',
      [5, true, '>', 650, 0],
      'decibel',
      72,
      4,
      [720],
    ],
    [
      'barometer-v2',
      'setAirPressureCallbackConfiguration',
      [5, true, 'x', 0, 0],
      'airPressure',
      1_013.25,
      4,
      [1_013_250],
    ],
    ['air-quality', 'setIAQIndexCallbackConfiguration', [5, true], 'iaqIndex', 50, 10, [50, 0]],
    ['temperature', 'setTemperatureCallbackPeriod', [5], 'temperature', 21, 8, [2_100]],
    ['ambient-light', 'setIlluminanceCallbackPeriod', [5], 'illuminance', 300, 13, [3_000]],
    ['load-cell', 'setWeightCallbackPeriod', [5], 'weight', 7, 17, [7]],
  ])(
    'a %s reports by callback after %s(%j) that %s is %d',
    async (kind, method, values, reading, value, callback, told) => {
      const seen: unknown[][] = []
      const opened = device(kind)
      opened.on(callback, (...values) => seen.push(values))
      brickd.set(uidOf(kind), reading, value)
      await ask(opened, method, ...values)
      await until(() => expect(seen).toContainEqual(told))
    },
  )

  it('motion is told without being asked for', async () => {
    const heard: string[] = []
    const detector = device('motion-detector-v2')
    detector.on(6, () => heard.push('detected'))
    detector.on(7, () => heard.push('ended'))
    await ask(detector, 'getMotionDetected')
    brickd.move(uidOf('motion-detector-v2'))
    brickd.move(uidOf('motion-detector-v2'), false)
    await until(() => expect(heard).toEqual(['detected', 'ended']))
  })

  it('a Dual Button 2.0 tells of its buttons once that is switched on', async () => {
    const heard: unknown[][] = []
    const buttons = device('dual-button-v2')
    buttons.on(4, (...values) => heard.push(values.slice(0, 2)))
    await ask(buttons, 'setLEDState', 2, 2)
    brickd.press(uidOf('dual-button-v2'), 'left')
    await ask(buttons, 'setStateChangedCallbackConfiguration', true)
    brickd.release(uidOf('dual-button-v2'), 'left')
    brickd.press(uidOf('dual-button-v2'), 'right')
    await until(() =>
      expect(heard).toEqual([
        [1, 1],
        [1, 0],
      ]),
    )
  })

  it('a beep tells that it is over', async () => {
    let isOver = false
    const speaker = device('piezo-speaker-v2')
    speaker.on(7, () => {
      isOver = true
    })
    await ask(speaker, 'setBeep', 1_000, 0, 5)
    await until(() => expect(isOver).toBe(true))
  })
})

describe('the sign-in of the npm package tinkerforge', () => {
  async function signIn(entered: string) {
    await using brickd = await startBrickdSimulator({ secret: 'geheim' })
    brickd.add('tM1', 'temperature-v2')
    brickd.set('tM1', 'temperature', 22.22)
    const ipcon = await connectTo(brickd)
    let answer: unknown
    const isGone = new Promise<void>((resolve) => ipcon.on(DISCONNECTED, () => resolve()))
    const isIn = new Promise<void>((resolve) => ipcon.authenticate(entered, resolve, () => {}))
    await Promise.race([isIn, isGone])
    if (brickd.clients > 0) {
      answer = await ask(openTinkerforge(ipcon, 'BrickletTemperatureV2', 'tM1'), 'getTemperature')
      ipcon.disconnect()
    }
    await isGone
    return answer
  }

  it('opens the way with the right secret', async () => {
    expect(await signIn('geheim')).toEqual([2_222])
  })

  it('ends the connection with a wrong one', async () => {
    expect(await signIn('falsch')).toBeUndefined()
  })
})
