// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import {
  drawnSamples,
  forgetSamples,
  onSamples,
  roomFor,
  sampleOf,
  shorten,
  showSamples,
} from './wire-samples.ts'

const draw = (room: number) => ({ label: document.createElement('span'), room })
const sample = (text: string) => ({ counts: { w: 1 }, samples: { w: { text, kind: 'text' } } })

test('the last message stands at the wire, as long as there is room', () => {
  const drawn = draw(6)
  drawnSamples.set('w', drawn)
  showSamples(sample('21.5'))
  showSamples(sample('a long text'))
  expect(drawn.label.textContent).toBe('a lon…')
})

test('a short wire shows none', () => {
  const drawn = draw(0)
  drawnSamples.set('w', drawn)
  showSamples(sample('21.5'))
  expect(drawn.label.textContent).toBe('')
})

test('the last message is known in full, until another flow is opened', () => {
  const heard: (string | undefined)[] = []
  const stop = onSamples(() => heard.push(sampleOf('w')?.text))
  showSamples(sample('a long text'))
  stop()
  showSamples(sample('21.5'))
  forgetSamples()
  expect([heard, sampleOf('w')]).toEqual([['a long text'], undefined])
})

test('cuts between letters and keeps to one line', () => {
  expect([shorten('a\n  b', 9), shorten('👩‍🚒🔥🔥', 2).length > 0, shorten('abc', 1)]).toEqual([
    'a b',
    true,
    '…'.padStart(2, 'a'),
  ])
  expect([roomFor(20), roomFor(100), roomFor(1_000)]).toEqual([0, 10, 24])
})
