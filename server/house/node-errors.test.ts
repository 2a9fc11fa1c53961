import { expect, test } from 'vitest'
import { NodeErrors, type NodeErrorsEvent } from './node-errors.ts'

const failure = { node: 'a', code: 'NODE_FAILED', message: 'It failed.' }
const last = (at: number) => ({ at, code: 'NODE_FAILED', text: 'It failed.' })

test('counts what fails at each node, until the flow begins anew', () => {
  const told: NodeErrorsEvent[] = []
  const errors = new NodeErrors((event) => told.push(event))
  errors.count('f', failure, 1, 10)
  errors.count('f', failure, 4, 20)
  errors.count('g', failure, 1, 30)
  expect(errors.of('f')).toEqual([{ flow: 'f', node: 'a', count: 5, last: last(20) }])
  errors.forget('f')
  errors.forget('f')
  expect(errors.of('f')).toEqual([])
  expect(told.map(({ flow, count }) => `${flow} ${count}`)).toEqual(['f 1', 'f 5', 'g 1', 'f 0'])
})
