import { expect, test } from 'vitest'
import { mixed } from './ink.ts'

test('mixes two colours', () => {
  expect([
    mixed('#ffffff', '#000000', 0.5),
    mixed('#2563c9', '#ffffff', 1),
    mixed('#2563c9', '#0a0b0c', 0),
  ]).toEqual(['#808080', '#2563c9', '#0a0b0c'])
})
