// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { visitsOf } from './trace-panel.tsx'

const step = (end: string, at: number) => {
  const [node = '', port = ''] = end.split('.')
  return { node, port, at }
}

test('what a node takes in and lets out is one visit', () => {
  const steps = [step('in.out', 0), step('a.in', 1), step('a.out', 3), step('b.in', 3)]
  expect(visitsOf(steps).map(({ node, ports, from, until }) => [node, ports.join(), until - from])).toEqual([
    ['in', 'out', 0],
    ['a', 'in,out', 2],
    ['b', 'in', 0],
  ])
})

test('what fails, fails where it was', () => {
  const failed = { code: 'NODE_FAILED', message: 'No.' }
  const steps = [step('in.out', 0), step('a.in', 1), { node: 'a', at: 2, failed }]
  expect(visitsOf(steps)).toHaveLength(2)
  expect(visitsOf(steps)[1]).toMatchObject({ node: 'a', failed })
})

test('a circle is a visit each time', () => {
  const steps = [step('a.in', 0), step('a.out', 1), step('b.in', 1), step('b.out', 2), step('a.in', 2)]
  expect(visitsOf(steps).map(({ node }) => node)).toEqual(['a', 'b', 'a'])
})
