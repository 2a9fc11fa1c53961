import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { germanExamples, inLanguage } from './example-texts.ts'

const examples = ['examples', 'templates'].flatMap((name) => {
  const folder = new URL(`../../../flows/${name}/`, import.meta.url)
  return readdirSync(folder).flatMap((file) => {
    const parsed = parseFlowFile(readFileSync(new URL(file, folder), 'utf8'))
    return parsed.ok ? parsed.value : []
  })
})

test('each example has a German name and description, and no other has', () => {
  expect(Object.keys(germanExamples).sort()).toEqual(examples.map(({ id }) => id).sort())
})

test('an example chosen in German becomes a flow with the German name, and the rest as it is', () => {
  const [example] = examples
  if (!example) throw new Error('there is no example')
  expect(inLanguage(example, 'de')).toEqual({ ...example, ...germanExamples[example.id] })
  expect(inLanguage(example, 'en')).toEqual(example)
})
