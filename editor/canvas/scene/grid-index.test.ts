import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, overlaps } from '../../document/box.ts'
import { GridIndex } from './grid-index.ts'

const at = fc.integer({ min: -3_000, max: 3_000 })
const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40_000 }))
const box = fc.record({ x: at, y: at, width: size, height: size })
const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), box: fc.option(box) })

test('finds exactly what overlaps, whatever was put in, moved and taken out before', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), box, (changes, asked) => {
      const index = new GridIndex()
      const standing = new Map<string, Box>()
      for (const { id, box } of changes) {
        if (box) {
          index.set(id, box)
          standing.set(id, box)
        } else {
          index.delete(id)
          standing.delete(id)
        }
      }
      const expected = [...standing].filter(([, other]) => overlaps(other, asked)).map(([id]) => id)
      expect([...index.in(asked)].sort()).toEqual(expected.sort())
    }),
  )
})

test('a box of any size costs no more than what stands', () => {
  const index = new GridIndex()
  index.set('far', { x: 1e12, y: -1e12, width: 1e12, height: 1e12 })
  index.set('near', { x: 0, y: 0, width: 10, height: 10 })
  expect([...index.in({ x: -1e15, y: -1e15, width: 2e15, height: 2e15 })].sort()).toEqual(['far', 'near'])
})
