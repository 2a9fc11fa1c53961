// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { drawnSamples, forgetSamples, roomFor, shorten, showSamples, writeTitle } from './wire-samples.ts'

const svg = 'http://www.w3.org/2000/svg'
function draw(room: number) {
  const label = document.createElementNS(svg, 'text') as SVGTextElement
  return { label, title: document.createElementNS(svg, 'title'), room }
}
const sample = (text: string) => ({ counts: { w: 1 }, samples: { w: { text, kind: 'text' } } })

test('the last message stands at the wire, as long as there is room, and in full in the tooltip', () => {
  const drawn = draw(6)
  drawnSamples.set('w', drawn)
  showSamples(sample('21.5'))
  showSamples(sample('a long text'))
  expect([drawn.label.textContent, drawn.title.textContent]).toEqual(['a lon…', 'a long text'])
})

test('a short wire has only a tooltip', () => {
  const drawn = draw(0)
  drawnSamples.set('w', drawn)
  showSamples(sample('21.5'))
  expect([drawn.label.textContent, drawn.title.textContent]).toEqual(['', '21.5'])
})

test('a wire that comes into view again knows its last message, until another flow is opened', () => {
  showSamples(sample('21.5'))
  const drawn = draw(9)
  writeTitle('w', drawn)
  expect(drawn.title.textContent).toBe('21.5')
  forgetSamples()
  writeTitle('w', drawn)
  expect(drawn.title.textContent).toBe('')
})

test('cuts between letters and keeps to one line', () => {
  expect([shorten('a\n  b', 9), shorten('👩‍🚒🔥🔥', 2).length > 0, shorten('abc', 1)]).toEqual([
    'a b',
    true,
    '…'.padStart(2, 'a'),
  ])
  expect([roomFor(20), roomFor(100), roomFor(1_000)]).toEqual([0, 10, 24])
})
