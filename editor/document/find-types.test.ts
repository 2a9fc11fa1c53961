import { expect, it } from 'vitest'
import { findTypes } from './find-types.ts'

const list = [
  { item: 'mqtt-in', titles: ['MQTT in', 'MQTT-Eingang'], words: ['Receives messages of a topic.'] },
  { item: 'debounce', titles: ['Debounce', 'Entprellen'], words: ['Passes on the last message.'] },
  { item: 'on-error', titles: ['On error', 'Bei Fehler'], words: ['Catches failures of this flow.'] },
  { item: 'bell', titles: ['Bell', 'Türklingel'], words: ['Rings.'] },
]

it('keeps the order for an empty query', () => {
  expect(findTypes(list, ' ')).toEqual(['mqtt-in', 'debounce', 'on-error', 'bell'])
})
it('finds by titles of every language, whatever the marks', () => {
  expect(findTypes(list, 'entpr')).toEqual(['debounce'])
  expect(findTypes(list, 'turkl')).toEqual(['bell'])
})
it('puts titles before summaries', () => {
  expect(findTypes(list, 'message')).toEqual(['mqtt-in', 'debounce'])
  expect(findTypes(list, 'be')).toEqual(['on-error', 'bell'])
})
it('needs every word', () => {
  expect(findTypes(list, 'mqtt topic')).toEqual(['mqtt-in'])
})
it('takes letters in order as a last guess', () => {
  expect(findTypes(list, 'dbn')).toEqual(['debounce'])
})
