import { expect, it } from 'vitest'
import { type Findable, find } from './find.ts'

const list: readonly Findable<string>[] = [
  { item: 'mqtt-in', titles: ['MQTT in', 'MQTT-Eingang'], words: ['Receives messages of a topic.'] },
  { item: 'debounce', titles: ['Debounce', 'Entprellen'], words: ['Passes on the last message.'] },
  { item: 'on-error', titles: ['On error', 'Bei Fehler'], words: ['Catches failures of this flow.'] },
  { item: 'bell', titles: ['Bell', 'Türklingel'], words: ['Rings.'] },
]

it('keeps the order for an empty query', () => {
  expect(find(list, ' ')).toEqual(['mqtt-in', 'debounce', 'on-error', 'bell'])
})
it('finds by titles of every language, whatever the marks', () => {
  expect(find(list, 'entpr')).toEqual(['debounce'])
  expect(find(list, 'turkl')).toEqual(['bell'])
  expect(find(list, 'tuerkl')).toEqual(['bell'])
})
it('puts titles before summaries', () => {
  expect(find(list, 'message')).toEqual(['mqtt-in', 'debounce'])
  expect(find(list, 'be')).toEqual(['on-error', 'bell'])
})
it('needs every word', () => {
  expect(find(list, 'mqtt topic')).toEqual(['mqtt-in'])
})
it('takes letters in order as a last guess', () => {
  expect(find(list, 'dbn')).toEqual(['debounce'])
})
it('guesses only where nothing fits', () => {
  expect(find(list, 'rin')).toEqual(['bell'])
})
it.each(['dobounce', 'deobunce', 'debounxce', 'deboune'])('forgives one wrong letter: %s', (query) => {
  expect(find(list, query)).toEqual(['debounce'])
})
it('puts what was used lately before what fits as well, and not before what fits better', () => {
  const lately = (item: string) => (item === 'debounce' ? 1 : 0)
  expect(find(list, '', { bonus: lately, most: 2 })).toEqual(['debounce', 'mqtt-in'])
  expect(find(list, 'mqtt', { bonus: lately })).toEqual(['mqtt-in'])
  expect(find(list, 'message', { bonus: lately })).toEqual(['debounce', 'mqtt-in'])
})
