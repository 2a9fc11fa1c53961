import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fifo } from './fifo.ts'

test('gives back in order, whatever is pushed and taken in between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 })), (steps) => {
      const [fifo, model] = [new Fifo<number>(), [] as number[]]
      let next = 0
      for (const step of steps)
        for (let left = Math.abs(step); left > 0; left--) {
          if (step > 0) model.push(next)
          if (step > 0) fifo.push(next++)
          else expect(fifo.shift()).toBe(model.shift())
          expect([fifo.length, fifo.first]).toEqual([model.length, model[0]])
        }
    }),
  )
})

test('is empty once it has been cleared', () => {
  const fifo = new Fifo<string>()
  fifo.push('a')
  fifo.clear()
  expect([fifo.length, fifo.first, fifo.shift()]).toEqual([0, undefined, undefined])
})
