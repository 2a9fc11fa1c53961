import { expect, test } from 'vitest'
import { arrivals, formatSpan, wiresOn } from './trace.ts'

const step = (end: string, at: number) => {
  const [node = '', port = ''] = end.split('.')
  return { node, port, at }
}
const steps = [step('in.out', 10), step('a.in', 10), step('a.out', 10.5), step('b.in', 12), step('b.out', 13)]

test('lights the wires that the message went along, and no others', () => {
  const wires = ['in.out a.in', 'a.out b.in', 'b.out c.in', 'b.out a.in']
  expect([...wiresOn(steps, wires)]).toEqual(['in.out a.in', 'a.out b.in'])
})

test('knows when it came to each node', () => {
  expect([...arrivals(steps)]).toEqual([
    ['in', 0],
    ['a', 0],
    ['b', 2],
  ])
})

test.each([
  [0.0124, '12 µs'],
  [3.456, '3.46 ms'],
  [34.56, '34.6 ms'],
  [345.6, '346 ms'],
  [2_100, '2.1 s'],
])('writes %s ms as %s', (ms, text) => {
  expect(formatSpan(ms, 'en').replace('\u202f', ' ')).toBe(text)
})
