import { describe, expect, test } from 'vitest'
import type { Text, Texts } from './define-texts.ts'

const modules = import.meta.glob<Readonly<Record<string, unknown>>>(
  ['../**/*texts.ts', '!./define-texts.ts', '!./node-texts.ts'],
  { eager: true },
)

const isTexts = (value: unknown): value is Texts =>
  typeof value === 'object' && value !== null && 'en' in value && 'de' in value

const dictionaries = Object.entries(modules).flatMap(([file, exports]) =>
  Object.entries(exports)
    .filter((entry): entry is [string, Texts] => isTexts(entry[1]))
    .map(([name, texts]) => ({ name: `${file.replace('../', '')} ${name}`, texts })),
)

const formsOf = (text: Text): readonly string[] => (typeof text === 'string' ? [text] : Object.values(text))

/** The names of the values that a text takes. A plural may leave one out of one of its forms. */
const placesOf = (text: Text): readonly string[] =>
  [
    ...new Set(
      formsOf(text).flatMap((form) => Array.from(form.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)),
    ),
  ].sort()

/** The keys of the texts for which something holds. */
const keysWhere = ({ en, de }: Texts, holds: (english: Text, german: Text) => boolean) =>
  Object.keys(en).filter((key) => holds(en[key] ?? '', de[key] ?? ''))

test('all dictionaries are found', () => {
  expect(dictionaries.length).toBeGreaterThan(40)
})

describe.each(dictionaries)('$name', ({ texts }) => {
  test('has each text in both languages', () => {
    expect(Object.keys(texts.de).sort()).toEqual(Object.keys(texts.en).sort())
    const isEmpty = (text: Text) => formsOf(text).some((form) => form.trim() === '')
    expect(keysWhere(texts, (english, german) => isEmpty(english) || isEmpty(german))).toEqual([])
  })

  test('says the same values in both', () => {
    expect(
      keysWhere(texts, (english, german) => placesOf(english).join() !== placesOf(german).join()),
    ).toEqual([])
  })

  test('has no sentence in German that is English', () => {
    const isSentence = (text: string) => /(\p{L}+ ){3}\p{L}+/u.test(text)
    expect(
      keysWhere(texts, (english, german) =>
        formsOf(german).some((form) => isSentence(form) && formsOf(english).includes(form)),
      ),
    ).toEqual([])
  })
})
