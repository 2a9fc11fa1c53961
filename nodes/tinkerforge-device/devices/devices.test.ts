import { describe, expect, it } from 'vitest'
import {
  type DeviceFunction,
  deviceKinds,
  knownDevices,
  type Source,
} from '#nodes/connections/brickd/definition.ts'
import { catalogue, type FunctionSpec, layoutOf } from '#rig/brickd/catalogue.ts'
import type { Output } from './device.ts'
import { devices } from './devices.ts'

/** Our tables were written by hand; the maker's catalogue says whether they are right. */
function specOf(kind: string, type: 'function' | 'callback', fn: number): FunctionSpec {
  const device = catalogue.find((each) => each.kind === kind)
  const spec = device?.functions.find((each) => each.kind === type && each.fn === fn)
  if (!spec) throw new Error(`"${kind}" has no ${type} ${fn}`)
  return spec
}

const settingLayouts = {
  period: ['u32'],
  periodAndChange: ['u32', 'bool'],
  enable: ['bool'],
}

function expectSource(kind: string, { callback, layout, setting, read }: Source): void {
  const { name, outputs } = specOf(kind, 'callback', callback)
  expect(layout).toEqual(layoutOf(outputs))
  if (read) expect(read.gives).toEqual(layoutOf(specOf(kind, 'function', read.fn).outputs))
  if (!setting) return
  const configure = specOf(kind, 'function', setting.fn)
  const wanted =
    setting.style === 'configuration'
      ? ['u32', 'bool', 'char', setting.type, setting.type]
      : settingLayouts[setting.style]
  expect(configure.name).toMatch(new RegExp(`^Set ${name} Callback (Configuration|Period)$`))
  expect(layoutOf(configure.inputs)).toEqual(wanted)
}

const sourcesOf = (output: Output): readonly Source[] =>
  output.says === 'between' ? [output.begin, output.end] : [output.source]

const expectCall = (kind: string, { fn, takes = [] }: DeviceFunction): void =>
  expect(takes).toEqual(layoutOf(specOf(kind, 'function', fn).inputs))

describe.each(deviceKinds)('the table of %s', (kind) => {
  const { outputs = {}, inputs = {} } = devices[kind]

  it('has the identifier of the catalogue', () => {
    expect(catalogue.find((each) => each.kind === kind)?.id).toBe(knownDevices[kind].id)
  })

  it('has the functions, callbacks and layouts of the catalogue', () => {
    expect.hasAssertions()
    for (const output of Object.values(outputs))
      for (const source of sourcesOf(output)) expectSource(kind, source)
    for (const { call } of Object.values(inputs)) expectCall(kind, call)
  })

  it('scales its readings as the catalogue says', () => {
    const readings = Object.values(outputs).filter((output) => output.says === 'reading')
    const ours = readings.map(({ divisor, port }) => ({ divisor, unit: port.unit }))
    const theirs = readings.map(({ source, field }) => {
      const element = specOf(kind, 'callback', source.callback).outputs[field]
      return { divisor: element?.divisor, unit: element?.unit }
    })
    expect(ours).toEqual(theirs)
  })
})
