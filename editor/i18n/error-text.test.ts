import { beforeAll, expect, test } from 'vitest'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { ApiError } from '../api/api-error.ts'
import { errorText, problemText, spokenText } from './error-text.ts'
import { loadGerman } from './german.ts'

beforeAll(loadGerman)

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

test('puts names that the server sends along into the German sentence', () => {
  const error = new ApiError(409, 'CONNECTION_IN_USE', 'In use.', { flows: ['Door', 'Hall'] })
  expect(errorText(error, 'de')).toContain('Door, Hall')
})

test('keeps to the sentence of the server when it sends no names', () => {
  expect(errorText(new ApiError(409, 'CONNECTION_IN_USE', 'In use.'), 'de')).toBe('In use.')
})

test('says a sentence within a sentence in German, too, and a field by its German title', () => {
  const field = { code: 'debounce.quietMs', message: 'Quiet time' }
  const within = { code: 'VALUE_AT_LEAST', message: 'At least 1.', values: { bound: 1 } }
  const problem = {
    code: 'CONFIG_INVALID',
    message: 'Quiet time: At least 1.',
    values: { field, problem: within },
  }
  expect(problemText(problem, 'de')).toBe('Ruhezeit: Mindestens 1.')
  expect(problemText(problem, 'en')).toBe('Quiet time: At least 1.')
})

test('says what keeps a file from being JSON in German through and through', () => {
  const parsed = parseFlowFile('{ "id": ')
  const [problem] = parsed.ok ? [] : parsed.problems
  expect(problem && problemText(problem, 'de')).toMatch(
    /^Die Datei ist kein JSON: In Zeile 1, Spalte 9, endet der Text, und es fehlt ein Wert: eine Zahl/,
  )
})

test('shows braces that stand in a value', () => {
  const values = { topic: 'a/{b}' }
  const problem = { code: 'TOPIC_WILDCARD', message: 'English', values }
  expect(problemText(problem, 'de')).toContain('„a/{b}“')
})

test('leaves what a user wrote as it is', () => {
  expect(spokenText({ text: 'connecting' }, 'de')).toBe('connecting')
  expect(spokenText({ text: 'connecting', code: 'CONNECTING' }, 'de')).toBe('verbindet')
})
