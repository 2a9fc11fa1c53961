import { beforeAll, expect, test } from 'vitest'
import { delay } from '#nodes/delay/definition.ts'
import { mqttIn } from '#nodes/mqtt-in/definition.ts'
import { telegramNotify } from '#nodes/telegram-notify/definition.ts'
import { readFields } from '../forms/read-fields.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { loadGerman } from '../i18n/german.ts'
import { type AnyDefinition, fieldText } from '../i18n/node-texts.ts'
import { deployTexts } from './texts.ts'
import { linesOf, valueText } from './value-text.ts'

beforeAll(loadGerman)

function shown(definition: AnyDefinition, name: string, value: unknown, language: 'en' | 'de' = 'en') {
  const field = readFields(definition.config).find((each) => each.name === name)
  const words = field && fieldText(definition, [name], field.meta, language)
  return valueText(value, field, words, textsIn(deployTexts, language), language)
}

test('a value reads as in its form', () => {
  expect(shown(delay, 'delayMs', 90_000)).toBe('90 s')
  expect(shown(delay, 'delayMs', 1_500)).toBe('1,500 ms')
  expect(shown(telegramNotify, 'format', 'plain')).toBe('Plain text')
  expect(shown(telegramNotify, 'format', 'plain', 'de')).toBe('Reiner Text')
  expect(shown(mqttIn, 'qos', 1)).toBe('1: arrives, perhaps twice')
  expect(shown(delay, 'nothing', 1_234.5, 'de')).toBe('1.234,5')
})

test('what is not there, empty or no text has words', () => {
  const values = [undefined, '', true, false, null, [1, 'a']]
  expect(values.map((value) => shown(delay, 'x', value))).toEqual([
    ...['not set', 'empty', 'yes', 'no', 'null', '[1,"a"]'],
  ])
})

test('only what is long or has lines is compared line by line', () => {
  expect(linesOf('a\nb')).toBe('a\nb')
  expect(linesOf('x'.repeat(81))).toBe('x'.repeat(81))
  expect([linesOf('short'), linesOf(5), linesOf([1, 2]), linesOf(undefined)]).toEqual(
    Array(4).fill(undefined),
  )
  expect(linesOf({ rules: ['x'.repeat(40), 'y'.repeat(40)] })?.split('\n')).toHaveLength(6)
})
