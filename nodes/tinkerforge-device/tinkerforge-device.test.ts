import { describe, expect, it } from 'vitest'
import { inputsOf, outputsOf } from '#kit/define-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { DeviceKind } from '#nodes/connections/brickd/definition.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { fakeBrickdLink } from '#server/virtual/fake-brickd-link.ts'
import { tinkerforgeDevice } from './definition.ts'
import { tinkerforgeDeviceRuntime } from './runtime.ts'

async function deviceRig(device: DeviceKind, config: Record<string, unknown> = {}) {
  const brickd = fakeBrickdLink()
  const node = await nodeRig(tinkerforgeDeviceRuntime, {
    config: { brickd: 'stack', uid: 'abc', device, ...config },
    links: { stack: brickd },
  })
  return { brickd, node }
}

describe('a reading', () => {
  it('is told in people’s units, with the UID as its topic', async () => {
    const { brickd, node } = await deviceRig('temperature-v2')
    brickd.say('abc', 4, [2_222])
    expect(node.sent).toMatchObject([{ port: 'out', message: { topic: 'abc', payload: 22.22 } }])
  })

  it('leaves by the port that is named after it, if a device has several', async () => {
    const { brickd, node } = await deviceRig('humidity-v2')
    brickd.say('abc', 4, [4_510])
    brickd.say('abc', 8, [-150])
    expect(node.sent).toMatchObject([
      { port: 'humidity', message: { topic: 'abc/humidity', payload: 45.1 } },
      { port: 'temperature', message: { topic: 'abc/temperature', payload: -1.5 } },
    ])
  })

  it('is left out where only another value of the same callback has changed', async () => {
    const { brickd, node } = await deviceRig('air-quality')
    brickd.say('abc', 6, [50, 3, 2_100, 4_500, 101_300])
    brickd.say('abc', 6, [50, 3, 2_150, 4_500, 101_300])
    expect([node.payloads('iaq'), node.payloads('temperature')]).toEqual([[50], [21, 21.5]])
  })
})

describe('a button', () => {
  it('tells when it is pressed, once, and not when it is released', async () => {
    const { brickd, node } = await deviceRig('dual-button-v2')
    for (const left of [0, 0, 1, 0]) brickd.say('abc', 4, [left, 1, 1, 1])
    expect(node.payloads('left')).toEqual([true, true])
    expect(node.payloads('leftHeld')).toEqual([true, false, true])
    expect(node.payloads('right')).toEqual([])
  })

  it('that was down before we came has not been pressed', async () => {
    const { brickd, node } = await deviceRig('dual-button-v2')
    brickd.say('abc', 4, [0, 1, 1, 1], false)
    brickd.say('abc', 4, [0, 1, 1, 1])
    expect(node.payloads('left')).toEqual([])
  })
})

describe('a motion detector', () => {
  it('tells the moment, and whether there is motion', async () => {
    const { brickd, node } = await deviceRig('motion-detector-v2')
    for (const callback of [6, 6, 7]) brickd.say('abc', callback)
    expect(node.payloads('detected')).toEqual([true, true])
    expect(node.payloads('motion')).toEqual([true, false])
  })
})

describe('a command', () => {
  it.each<[string, DeviceKind, string, object, unknown[]]>([
    ['sets a scale to zero', 'load-cell-v2', 'tare', { payload: 'x' }, [{ fn: 10, values: [] }]],
    ['switches an LED', 'dual-button-v2', 'rightLed', { payload: 'on' }, [{ fn: 5, values: [1, 2] }]],
    [
      'shows a number',
      'segment-display-4x7',
      'in',
      { payload: 250 },
      [{ fn: 1, values: [[0, 91, 109, 63], 7, false] }],
    ],
    [
      'beeps as configured',
      'piezo-speaker-v2',
      'in',
      { payload: { type: 'ring' } },
      [{ fn: 1, values: [1_000, 3, 500] }],
    ],
    [
      'beeps as the message says',
      'piezo-speaker-v2',
      'in',
      { payload: { volume: 9 } },
      [{ fn: 1, values: [1_000, 9, 500] }],
    ],
    ['ends a beep', 'piezo-speaker-v2', 'in', { payload: false }, [{ fn: 1, values: [1_000, 3, 0] }]],
    ['clears a display', 'oled-128x64-v2', 'clear', { payload: true }, [{ fn: 3, values: [] }]],
    ['colours a button', 'rgb-led-button', 'in', { payload: '#ff8800' }, [{ fn: 1, values: [255, 136, 0] }]],
    [
      'lights a button white',
      'rgb-led-button',
      'in',
      { payload: true },
      [{ fn: 1, values: [255, 255, 255] }],
    ],
    [
      'switches a relay',
      'industrial-dual-relay',
      'relay1',
      { payload: true },
      [{ fn: 6, values: [1, true] }],
    ],
  ])('%s', async (_, device, port, message, calls) => {
    const { brickd, node } = await deviceRig(device)
    await node.send(port, message)
    expect(brickd.calls).toMatchObject(calls)
  })

  it('lights a button in the colour of its settings, and darkens it', async () => {
    const { brickd, node } = await deviceRig('rgb-led-button', { colour: '#C02626' })
    for (const payload of [true, false, '#00ff00']) await node.send('in', { payload })
    expect(brickd.calls.map((call) => call.values)).toEqual([
      [192, 38, 38],
      [0, 0, 0],
      [0, 255, 0],
    ])
  })

  it('writes text on the line that the message names, and clears the rest of it', async () => {
    const { brickd, node } = await deviceRig('oled-128x64-v2', { line: 5 })
    await node.send('text', { payload: 'TÜR 18:02', line: 2 })
    await node.send('text', { payload: 21.5 })
    expect(brickd.calls.map((call) => call.values)).toEqual([
      [1, 0, 'TUER 18:02'.padEnd(22)],
      [4, 0, '21.5'.padEnd(22)],
    ])
  })

  it.each<[DeviceKind, string, object, string, string]>([
    ['piezo-speaker-v2', 'in', { payload: { frequency: 20 } }, 'TINKERFORGE_BEEP', 'frequency is 20'],
    ['oled-128x64-v2', 'text', { payload: 'x', line: 9 }, 'TINKERFORGE_LINE', 'line is 9'],
    ['oled-128x64-v2', 'text', { payload: { a: 1 } }, 'TINKERFORGE_TEXT', 'Template node'],
    ['segment-display-4x7', 'in', { payload: 'HELLO' }, 'TINKERFORGE_TEXT_LONG', 'four characters'],
    ['segment-display-4x7', 'in', { payload: null }, 'TINKERFORGE_DIGITS', 'Template node'],
    ['industrial-dual-relay', 'relay0', { payload: 'maybe' }, 'TINKERFORGE_SWITCH', 'true or false'],
    [
      'rgb-led-button',
      'in',
      { payload: { red: 256, green: 0, blue: 0 } },
      'TINKERFORGE_COLOUR_PART',
      'red is 256',
    ],
    ['rgb-led-button', 'in', { payload: 'red-ish' }, 'TINKERFORGE_COLOUR', 'not a colour'],
  ])('of %s to %s is refused with %j, and nothing is sent', async (device, port, message, code, text) => {
    const { brickd, node } = await deviceRig(device)
    await expect(node.send(port, message)).rejects.toThrow(text)
    expect(node.failures).toMatchObject([{ code }])
    expect(brickd.calls).toEqual([])
  })

  it('that the device cannot do fails the message', async () => {
    const { brickd, node } = await deviceRig('load-cell-v2')
    brickd.fail('abc', new NodeError('BRICKD_DEVICE_MISSING', 'No device "abc" is connected.'))
    await expect(node.send('tare', {})).rejects.toThrow('No device')
    expect(node.failures).toMatchObject([{ code: 'BRICKD_DEVICE_MISSING' }])
  })
})

describe('the node', () => {
  it('shows how the device is', async () => {
    const { brickd, node } = await deviceRig('temperature-v2')
    brickd.setState('abc', { kind: 'missing' })
    brickd.setState('abc', { kind: 'mistaken', found: 283 })
    brickd.setState('abc', { kind: 'offline', reason: { code: 'AWAY', message: 'The brickd is away.' } })
    brickd.setState('abc', { kind: 'connecting' })
    expect(node.statuses.map(({ state, text }) => [state, text])).toEqual([
      ['ok', 'available'],
      ['error', 'missing'],
      ['error', 'is a Humidity 2.0'],
      ['error', 'The brickd is away.'],
      ['busy', 'connecting'],
    ])
  })

  it('lets go of the device when it stops', async () => {
    const { brickd, node } = await deviceRig('dual-button-v2')
    await node.stop()
    expect(brickd.listeners).toBe(0)
  })

  it('carries on when what follows fails', async () => {
    const brickd = fakeBrickdLink()
    const node = await nodeRig(tinkerforgeDeviceRuntime, {
      config: { brickd: 'stack', uid: 'abc', device: 'temperature-v2' },
      links: { stack: brickd },
      downstream: () => Promise.reject(new Error('no')),
    })
    brickd.say('abc', 4, [1])
    brickd.say('abc', 4, [2])
    await node.clock.advance(0)
    expect(node.out).toEqual([0.01, 0.02])
  })

  it.each(['l0', 'a b', '<script>'])('has a problem with the UID "%s"', (uid) => {
    const config = tinkerforgeDevice.config.parse({ uid })
    expect(tinkerforgeDevice.check?.(config)).toMatchObject([{ code: 'TINKERFORGE_UID', field: 'uid' }])
  })

  it('has a problem without a UID', () => {
    const config = tinkerforgeDevice.config.parse({})
    expect(tinkerforgeDevice.check?.(config)).toMatchObject([{ code: 'TINKERFORGE_UID_MISSING' }])
  })

  it('has the ports of its device', () => {
    const config = tinkerforgeDevice.config.parse({ device: 'load-cell-v2' })
    expect(Object.keys(inputsOf(tinkerforgeDevice, config))).toEqual(['tare', 'led'])
    expect(outputsOf(tinkerforgeDevice, config)).toMatchObject({ out: { kind: 'number', unit: 'g' } })
  })
})
