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
