import { expect, test } from 'vitest'
import { seenPaths } from './property-paths.ts'

const paths = (...messages: Record<string, unknown>[]) => seenPaths(messages).map(({ path }) => path)

test('what every message has is offered before anything was seen', () => {
  expect(paths()).toEqual(['payload', 'topic'])
})

test('the fields of payloads that were seen are offered, with what stood there last', () => {
  const seen = seenPaths([
    { id: 'a', topic: 'home', payload: { sensor: { temperature: 20 } } },
    { id: 'b', topic: 'home', payload: { sensor: { temperature: 21 }, battery: 90 } },
  ])
  expect(seen.at(-2)).toEqual({ path: 'payload.sensor.temperature', value: 21 })
  expect(seen.at(-1)).toEqual({ path: 'payload.battery', value: 90 })
})

test('a name that no path can be written with is left out', () => {
  expect(paths({ id: 'a', payload: { 'a b': 1, 'a.b': 2, ok: 3 } })).toEqual([
    'payload',
    'topic',
    'payload.ok',
  ])
})

test('a large payload offers no more than can be looked through', () => {
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, { deep: index }]))
  expect(paths({ id: 'a', payload: wide })).toHaveLength(60)
})
