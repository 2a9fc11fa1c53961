import { describe, expect, it } from 'vitest'
import type { Sample } from '#kit/runtime/services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { timeseriesWrite } from './definition.ts'
import { timeseriesWriteRuntime } from './runtime.ts'

const START = Date.UTC(2026, 0, 1)

async function write(config: Record<string, unknown>, draft: Record<string, unknown>) {
  const samples: Sample[] = []
  const timeSeries = { write: (sample: Sample) => void samples.push(sample) }
  const node = await nodeRig(timeseriesWriteRuntime, { config, services: { timeSeries } })
  const failure = await node.send('in', draft).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { samples, failure, out: node.out }
}

it('keeps a value with its unit and the time, and passes the message on', async () => {
  const { samples, out } = await write({ series: 'kitchen/scale', unit: 'g' }, { payload: 250 })
  expect(samples).toEqual([{ series: 'kitchen/scale', value: 250, at: START, unit: 'g' }])
  expect(out).toEqual([250])
})

it('names the series after the message', async () => {
  const { samples } = await write({ property: 'payload.t' }, { topic: 'home/Küche 1', payload: { t: 21.5 } })
  expect(samples).toEqual([{ series: 'home/Küche 1', value: 21.5, at: START }])
})

it('takes the time of the message, where it has one', async () => {
  const { samples } = await write({ series: 's' }, { payload: 1, time: 86_400_000.4 })
  expect(samples).toEqual([{ series: 's', value: 1, at: 86_400_000 }])
})

it.each([
  ['21.5', 21.5],
  [' -3e2 ', -300],
  [true, 1],
  [false, 0],
  [0, 0],
])('writes %j as %d', async (payload, value) => {
  expect((await write({ series: 's' }, { payload })).samples[0]?.value).toBe(value)
})

describe('fails at the node and writes nothing', () => {
  it.each([
    ['a word', { payload: 'warm' }, 'SERIES_VALUE'],
    ['no value', { payload: {} }, 'SERIES_VALUE'],
    ['hexadecimal', { payload: '0x10' }, 'SERIES_VALUE'],
    ['an empty text', { payload: '' }, 'SERIES_VALUE'],
    ['not a number', { payload: Number.NaN }, 'SERIES_VALUE'],
    ['endless', { payload: '1e999' }, 'SERIES_VALUE'],
    ['a time before all times', { payload: 1, time: -1 }, 'SERIES_TIME'],
    ['a time past all times', { payload: 1, time: Number.POSITIVE_INFINITY }, 'SERIES_TIME'],
    ['no topic to name it after', { payload: 1, topic: '' }, 'SERIES_KEY_MISSING'],
    ['a topic that is no name', { payload: 1, topic: '<script>' }, 'SERIES_KEY'],
    ['a way out', { payload: 1, topic: '..' }, 'SERIES_KEY'],
  ])('%s', async (_, draft, code) => {
    const { samples, failure, out } = await write(
      { series: '{{ topic | default "" }}' },
      { topic: 's', ...draft },
    )
    expect([samples, out]).toEqual([[], []])
    expect(failure).toMatchObject({ code })
  })
})

it.each([
  ['', 'SERIES_KEY_MISSING'],
  ['a?b', 'SERIES_KEY'],
  ['x'.repeat(201), 'SERIES_KEY'],
  ['{{ topic', 'TEMPLATE_OPEN'],
  ['home/{{ payload.room }}/t', undefined],
])('the definition checks the series "%s"', (series, code) => {
  expect(timeseriesWrite.check?.(timeseriesWrite.config.parse({ series }))[0]?.code).toBe(code)
})
