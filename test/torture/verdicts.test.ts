import { expect, test } from 'vitest'
import { judgePanning } from './verdicts.ts'

test('a heap that breathes is flat, one that grows is not', () => {
  const isFlat = (heapMb: readonly number[]) =>
    judgePanning({ heapMb, elements: [10, 10], complaints: [] })[0]?.isKept
  expect([isFlat([20, 21, 22, 21, 22, 20.5]), isFlat([20, 20.5, 21, 21.5, 22, 22.5])]).toEqual([true, false])
})
