import { expect, test } from 'vitest'
import { freeName, newId } from './new-id.ts'

test('makes an id from a name', () => {
  expect(newId('Müllers Straße', [], 'connection')).toBe('mullers-strasse')
})

test('makes an id that no other connection has', () => {
  expect(newId('Bot', ['bot', 'bot-2'], 'connection')).toBe('bot-3')
})

test('makes an id from a name without a single usable letter', () => {
  expect(newId('门', [], 'connection')).toBe('connection')
})

test('numbers a name that is taken', () => {
  expect([freeName('Bot', []), freeName('Bot', ['Bot', 'Bot 2'])]).toEqual(['Bot', 'Bot 3'])
})
