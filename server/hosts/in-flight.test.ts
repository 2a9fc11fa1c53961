import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InFlight } from './in-flight.ts'

const entry = (name: number) => ({ name, number: 0 })

test('gives numbers, and finds and takes by them', () => {
  const inFlight = new InFlight<{ number: number; name: number }>()
  const number = inFlight.add(entry(1))
  expect(number).toBe(1)
  expect(inFlight.get(number)?.name).toBe(1)
  expect(inFlight.take(number)?.name).toBe(1)
  expect([inFlight.take(number), inFlight.get(number), inFlight.size]).toEqual([undefined, undefined, 0])
})

test('keeps what is held back for long, and takes all in their order', () => {
  const inFlight = new InFlight<{ number: number; name: number }>()
  const held = [1, 2, 3].map((name) => inFlight.add(entry(name)))
  for (let count = 0; count < 200_000; count++) inFlight.take(inFlight.add(entry(0)))
  inFlight.add(entry(4))
  expect(inFlight.get(held[1] ?? 0)?.name).toBe(2)
  expect(inFlight.size).toBe(4)
  expect(inFlight.takeAll().map(({ name }) => name)).toEqual([1, 2, 3, 4])
  expect(inFlight.size).toBe(0)
})

test('takes what is meant, and leaves the others with their numbers', () => {
  const inFlight = new InFlight<{ number: number; name: number }>()
  const numbers = [1, 2, 3, 4].map((name) => inFlight.add(entry(name)))
  expect(inFlight.takeWhere(({ name }) => name % 2 === 0).map(({ name }) => name)).toEqual([2, 4])
  expect(numbers.map((number) => inFlight.get(number)?.name)).toEqual([1, undefined, 3, undefined])
})

test('begins from 1 after the last number, and leaves out those that are still in use', () => {
  const inFlight = new InFlight<{ number: number; name: number }>({ after: 0xffff_fffd })
  const numbers = [1, 2, 3, 4].map((name) => inFlight.add(entry(name)))
  expect(numbers).toEqual([0xffff_fffe, 0xffff_ffff, 1, 2])
  expect(inFlight.takeAll().map(({ name }) => name)).toEqual([1, 2, 3, 4])
})

test('is a map of numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(30), { nil: undefined }), { maxLength: 200 }), (steps) => {
      const inFlight = new InFlight<{ number: number; name: number }>({ after: 0xffff_fff0 })
      const model = new Map<number, number>()
      let name = 0
      for (const step of steps) {
        if (step === undefined) model.set(inFlight.add(entry(++name)), name)
        else {
          const number = [...model.keys()][step] ?? 77
          expect(inFlight.take(number)?.name).toBe(model.get(number))
          model.delete(number)
        }
        expect(inFlight.size).toBe(model.size)
      }
      expect(inFlight.takeAll().map((one) => one.name)).toEqual([...model.values()])
    }),
  )
})
