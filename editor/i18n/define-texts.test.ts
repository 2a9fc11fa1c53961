import { expect, test } from 'vitest'
import { defineTexts, textsIn } from './define-texts.ts'
import { guessLanguage } from './language.ts'

const texts = defineTexts({
  en: { hello: 'Hello {name}', flows: { one: '{count} flow', other: '{count} flows' }, plain: 'Plain' },
  de: { hello: 'Hallo {name}', flows: { one: '{count} Flow', other: '{count} Flows' }, plain: 'Schlicht' },
})

test('puts values into a sentence', () => {
  expect(textsIn(texts, 'de')('hello', { name: 'Ada' })).toBe('Hallo Ada')
})

test('takes the plural form by the count, and writes numbers as the language does', () => {
  expect(textsIn(texts, 'en')('flows', { count: 1 })).toBe('1 flow')
  expect(textsIn(texts, 'de')('flows', { count: 1200 })).toBe('1.200 Flows')
})

test('refuses, by type, a missing value and a missing German text', () => {
  const t = textsIn(texts, 'en')
  // @ts-expect-error the sentence needs a name
  expect(t('hello')).toBe('Hello {name}')
  // @ts-expect-error there is no German text
  expect(defineTexts({ en: { a: 'A' }, de: {} }).en.a).toBe('A')
})

test('takes the first language of the browser that it speaks', () => {
  expect(guessLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(guessLanguage(['fr'])).toBe('en')
})
