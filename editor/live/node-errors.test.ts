// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { errorsOf, onErrors, takeErrors } from './node-errors.ts'

const event = (count: number, node = 'a') => ({ flow: 'f', node, count, last: { at: 1, text: 'No.' } })

test('knows what has failed at a node, until the flow begins anew', () => {
  const heard = vi.fn()
  const stop = onErrors('f', 'a', heard)
  takeErrors(event(2))
  takeErrors(event(1, 'b'))
  expect(errorsOf('f', 'a')?.count).toBe(2)
  takeErrors({ flow: 'f', node: 'a', count: 0 })
  expect(errorsOf('f', 'a')).toBeUndefined()
  stop()
  takeErrors(event(3))
  expect(heard).toHaveBeenCalledTimes(2)
})

test('a node that stands for a subflow has the errors of what is in it', () => {
  const heard = vi.fn()
  const stop = onErrors('f', 'hall', heard)
  takeErrors(event(2, 'hall/lamp'))
  takeErrors({ ...event(1, 'hall/left/lamp'), last: { at: 5, text: 'Later.' } })
  takeErrors(event(9, 'hallway'))
  expect(errorsOf('f', 'hall')).toEqual({
    flow: 'f',
    node: 'hall',
    count: 3,
    last: { at: 5, text: 'Later.' },
  })
  takeErrors({ flow: 'f', node: 'hall/left/lamp', count: 0 })
  takeErrors({ flow: 'f', node: 'hall/lamp', count: 0 })
  expect([errorsOf('f', 'hall'), heard.mock.calls.length]).toEqual([undefined, 4])
  stop()
})
