import * as fc from 'fast-check'
import { test } from 'vitest'
import { keptId, numberOfId } from './kept-id.ts'

test('is the number in base 36, however large', () => {
  void fc.assert(fc.property(fc.maxSafeNat(), (number) => keptId(number) === `k${number.toString(36)}`))
})

test('is read again', () => {
  void fc.assert(fc.property(fc.maxSafeNat(), (number) => numberOfId(keptId(number)) === number))
})
