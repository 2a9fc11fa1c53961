// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { ChipPainter, roomFor, shorten } from './chip-painter.ts'
import { FlowValues } from './flow-values.ts'

let values: FlowValues
let painter: ChipPainter
beforeEach(() => {
  values = new FlowValues()
  painter = new ChipPainter(values)
})

function chip(room = 10) {
  const [button, text] = [document.createElement('button'), document.createElement('span')]
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  return { button, text, line, room }
}
const carry = (wire: string, text: string, at = Date.now(), unit?: string) =>
  values.take({ counts: { [wire]: 1 }, samples: { [wire]: { text, ...(unit && { unit }) } } }, at)

test('the last value stands at the wire with its unit and its course, as long as there is room', async () => {
  const shown = chip()
  carry('w', '20', undefined, '°C')
  const stop = painter.show('w', shown)
  expect([shown.button.hidden, shown.text.textContent]).toEqual([false, '20\u202f°C'])
  carry('w', '21.5', undefined, '°C')
  await Promise.resolve()
  expect([shown.text.textContent, shown.line.getAttribute('d')]).toEqual(['21.5\u202f°C', 'M0 10L40 0'])
  carry('w', 'a very long text')
  await Promise.resolve()
  expect([shown.text.textContent, shown.line.getAttribute('d')]).toEqual(['a very lo…', ''])
  stop()
})

test('a short wire and one that carried nothing show none', () => {
  const [short, silent] = [chip(0), chip()]
  carry('w', '21.5')
  painter.show('w', short)
  painter.show('v', silent)
  expect([short.button.hidden, silent.button.hidden]).toEqual([true, true])
})

test('says how old a value is', () => {
  const shown = chip()
  carry('w', '20', Date.now() - 120_000)
  painter.show('w', shown)()
  expect(shown.button.dataset['age']).toBe('minutes')
})

test('many that change at once are all written before the next frame', async () => {
  const chips = Array.from({ length: 60 }, () => chip())
  chips.forEach((one, index) => void painter.show(`w${index}`, one))
  for (let index = 0; index < 60; index++) carry(`w${index}`, 'new')
  await Promise.resolve()
  expect(chips.filter(({ text }) => text.textContent === 'new')).toHaveLength(60)
})

test('cuts between letters and keeps to one line', () => {
  expect([shorten('a\n  b', 9), shorten('👩‍🚒🔥🔥', 2).length > 0, shorten('abc', 1)]).toEqual([
    'a b',
    true,
    'a…',
  ])
  expect([roomFor(20), roomFor(100), roomFor(1_000)]).toEqual([0, 10, 24])
})
