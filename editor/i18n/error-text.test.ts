import { expect, test } from 'vitest'
import { ApiError } from '../api/api-error.ts'
import { errorText } from './error-text.ts'

test('translates a code that it knows', () => {
  expect(errorText(new ApiError(0, 'SERVER_AWAY', 'away'), 'de')).toMatch(/nicht erreichbar/)
})

test('shows the sentence of the server for a code that it does not know', () => {
  expect(errorText(new ApiError(409, 'NEW_CODE', 'Something new. Do this.'), 'de')).toBe(
    'Something new. Do this.',
  )
})

test('speaks English with the words of the server', () => {
  expect(errorText(new ApiError(400, 'FILE_FORMAT', 'The server says so.'), 'en')).toBe('The server says so.')
})
