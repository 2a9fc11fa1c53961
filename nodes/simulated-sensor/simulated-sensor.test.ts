import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeServices } from '#rig/fake-services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { nextChange, readingAt } from './course.ts'
import { simulatedSensor } from './definition.ts'
import { simulatedSensorRuntime } from './runtime.ts'
import type { Course } from './sensors.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const rig = (config: Record<string, unknown>, state = {}) =>
  nodeRig(simulatedSensorRuntime, { config, state })

describe('a contact', () => {
  it('opens and shuts with its button, and says that it is made up', async () => {
    const node = await rig({ sensor: 'door' })
    await node.poke()
    await node.poke()
    expect(node.out).toEqual([true, false])
    expect(node.sent[0]?.message).toMatchObject({ payload: true, simulated: true })
    expect(node.statuses.map(({ text }) => text)).toEqual(['shut', 'open', 'shut'])
  })

  it('is still open after a restart', async () => {
    const node = await rig({ sensor: 'door' }, { on: true })
    await node.poke()
    expect(node.out).toEqual([false])
  })

  it('changes by itself, once in each stretch of time, the same in every run', async () => {
    const runs = await Promise.all([1, 2].map(() => rig({ sensor: 'leak', changesEveryMs: MINUTE })))
    for (const { clock } of runs) await clock.advance(10 * MINUTE)
    expect(runs[0]?.out).toEqual(Array.from({ length: 10 }, (_, index) => index % 2 === 0))
    expect(runs[0]?.out).toEqual(runs[1]?.out)
  })

  it('is what it is told to be, and takes no number', async () => {
    const node = await rig({ sensor: 'presence' })
    await node.poke({ payload: false })
    await expect(node.poke({ payload: 3 })).rejects.toMatchObject({ code: 'SENSOR_VALUE' })
    expect(node.out).toEqual([false])
  })
})

describe('motion', () => {
  it('ends by itself, counted from the last one', async () => {
    const node = await rig({ sensor: 'motion', clearsAfterMs: MINUTE })
    await node.poke()
    await node.clock.advance(MINUTE / 2)
    await node.poke()
    await node.clock.advance(MINUTE - 1)
    expect(node.out).toEqual([true, true])
    await node.clock.advance(1)
    expect(node.out).toEqual([true, true, false])
  })

  it('ends after a restart, too', async () => {
    const node = await rig({ sensor: 'motion', clearsAfterMs: MINUTE }, { on: true })
    await node.clock.advance(MINUTE)
    expect(node.out).toEqual([false])
  })
})

describe('a reading', () => {
  it('comes at intervals, within its range, in its unit', async () => {
    const node = await rig({ sensor: 'temperature', periodMs: HOUR, low: 68, high: 75, unit: '°F' })
    await node.clock.advance(24 * HOUR)
    const readings = node.out as number[]
    expect(readings).toHaveLength(24)
    expect(readings.filter((value) => value < 68 || value > 75)).toEqual([])
    expect(Math.max(...readings.slice(11, 18))).toBeGreaterThan(Math.max(...readings.slice(0, 6)))
    expect(node.statuses.at(-1)?.text).toBe(`${readings.at(-1)} °F`)
  })

  it('comes at once with its button, or is what it is told to be', async () => {
    const node = await rig({ sensor: 'scale' })
    await node.poke()
    await node.poke({ payload: 1_250, topic: 'kitchen' })
    expect(node.out).toEqual([expect.any(Number), 1_250])
    expect(node.sent[1]?.message.topic).toBe('kitchen')
  })

  it('lies in its range at any time, for any seed', () => {
    const courses = fc.constantFrom<Course>('day', 'night', 'steps', 'bursts')
    fc.assert(
      fc.property(courses, fc.nat(1_000_000), fc.nat(2 ** 42), (course, seed, at) => {
        const value = readingAt(course, { low: -5, high: 7 }, seed, at)
        return value >= -5 && value <= 7
      }),
    )
  })
})

it('changes at one moment in each stretch of time, whenever it is asked', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.nat(2 ** 42),
      fc.integer({ min: 1, max: 86_400_000 }),
      (seed, at, everyMs) => {
        const next = nextChange(seed, at, everyMs)
        expect(next).toBeGreaterThan(at)
        expect(next - at).toBeLessThanOrEqual(2 * everyMs)
        expect(nextChange(seed, next - 1, everyMs)).toBe(next)
      },
    ),
  )
})

describe('with a topic', () => {
  const published = ({ mqtt }: ReturnType<typeof fakeServices>) =>
    mqtt.published.map(({ topic, payload, retain }) => [topic, new TextDecoder().decode(payload), retain])

  it('publishes as a device would: retained, and whether it is there', async () => {
    const services = fakeServices()
    const config = { sensor: 'door', topic: 'home/door' }
    const node = await nodeRig(simulatedSensorRuntime, { config, services })
    await node.poke()
    await node.stop()
    expect(published(services)).toEqual([
      ['home/door/availability', 'online', true],
      ['home/door', 'false', true],
      ['home/door', 'true', true],
      ['home/door/availability', 'offline', true],
    ])
    expect(node.sent[0]?.message.topic).toBe('home/door')
  })

  it('does not retain that a button was pressed', async () => {
    const services = fakeServices()
    const config = { sensor: 'button', topic: 'home/button' }
    const node = await nodeRig(simulatedSensorRuntime, { config, services })
    await node.poke()
    expect(published(services).at(-1)).toEqual(['home/button', 'press', false])
  })
})

it.each([
  [{ topic: 'home/#' }, 'topic'],
  [{ sensor: 'temperature', low: 30 }, 'low'],
  [{ sensor: 'temperature', low: 3, high: 3 }, 'high'],
])('finds what is wrong with %j', (config, field) => {
  expect(simulatedSensor.check?.(simulatedSensor.config.parse(config)).map((found) => found.field)).toEqual([
    field,
  ])
})
