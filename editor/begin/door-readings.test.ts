import { expect, test } from 'vitest'
import { doorReadings } from './door-readings.ts'

test.each([
  ['false', [true, false]],
  ['CLOSED', ['OPEN', 'CLOSED']],
  ['off', ['on', 'off']],
  ['0', [1, 0]],
  ['ajar', ['ajar']],
])('%s on a topic offers what may mean open, the likeliest first', (text, values) => {
  expect(doorReadings(text)).toEqual(values.map((value) => ({ property: 'payload', value })))
})

test('of JSON the fields are offered that can be a door, and a contact is open when it is false', () => {
  expect(doorReadings('{"battery":97,"contact":true,"tamper":false,"note":"x"}')).toEqual([
    { property: 'payload.contact', value: false },
    { property: 'payload.contact', value: true },
    { property: 'payload.tamper', value: true },
    { property: 'payload.tamper', value: false },
  ])
})

test.each(['null', '[1,2]', '{"__proto__.x":true,"a b":true}'])('%s offers nothing', (text) => {
  expect(doorReadings(text)).toEqual([])
})
