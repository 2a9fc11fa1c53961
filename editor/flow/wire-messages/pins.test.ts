// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { loadPins, MOST_PINS, pin, unpin, usePins } from './pins.ts'

const message = (id: string) => ({ number: 1, at: 1.5, message: { id, payload: id }, isCut: false })
const pinned = (flow = 'f') => usePins.getState()[flow]

beforeEach(() => {
  localStorage.clear()
  usePins.setState({}, true)
})

test('what is pinned stays in this browser', () => {
  loadPins('f')
  pin('f', 'a.out b.in', message('one'))
  pin('f', 'a.out b.in', message('two'))
  unpin('f', 'a.out b.in', message('one'))
  usePins.setState({}, true)
  loadPins('f')
  expect(pinned()).toEqual({ 'a.out b.in': [message('two')] })
})

test('a wire without pins leaves nothing behind', () => {
  pin('f', 'a.out b.in', message('one'))
  unpin('f', 'a.out b.in', message('one'))
  expect(localStorage.getItem('wirehouse.pins.f')).toBe('{}')
})

test('no more are pinned than fit', () => {
  for (let count = 0; count < MOST_PINS; count++)
    expect(pin('f', `a.out b${count}.in`, message('m'))).toBe(true)
  expect(pin('f', 'a.out c.in', message('m'))).toBe(false)
})

test.each(['{', 'null', '[]', '{"a.out b.in":[{"number":"x"}]}'])(
  'what is stored as %s is no pin',
  (text) => {
    localStorage.setItem('wirehouse.pins.f', text)
    loadPins('f')
    expect(pinned()).toEqual({})
  },
)
