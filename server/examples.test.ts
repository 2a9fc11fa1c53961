import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Flow } from '#flows/flow.ts'
import doorWatchInGerman from '#flows/german-templates/door-watch.json' with { type: 'json' }
import { parseFlowFile } from '#flows/parse-flow.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { inWords, templateWordsSchema } from '#flows/template-words.ts'
import { isShippedExample, shippedExamples } from './examples.ts'

const flows = new URL('../flows/', import.meta.url)
const files = ['examples', 'templates'].flatMap((folder) =>
  readdirSync(new URL(folder, flows)).map((file) => `${folder}/${file}`),
)
const parse = (text: string): Flow => {
  const parsed = parseFlowFile(text)
  if (!parsed.ok || !parsed.value[0]) throw new Error('no flow')
  return parsed.value[0]
}

test('every example is known, and no other', () => {
  expect(shippedExamples.map(({ id }) => `${id}.json`)).toEqual(files.map((file) => file.split('/')[1]))
})

test.each(files)('%s is known as it comes from its file, and as the gallery sends it', (file) => {
  const flow = parse(readFileSync(new URL(file, flows), 'utf8'))
  const words = templateWordsSchema.parse(JSON.parse(readFileSync(new URL(`german-${file}`, flows), 'utf8')))
  const named = { ...flow, name: 'Anders', description: 'Auf Deutsch' }
  const inGerman = [named, inWords(named, words)].map((other) => parse(serializeFlow(other)))
  expect([flow, ...inGerman].map(isShippedExample)).toEqual([true, true, true])
})

test('a template is known with all that it says in German, and not with a word of somebody else', () => {
  const template = shippedExamples.find(({ id }) => id === 'door-watch')
  if (!template) throw new Error('there is no door alarm')
  const german = inWords(template, templateWordsSchema.parse(doorWatchInGerman))
  expect(german.nodes[1]?.name).toBe('Tür')
  expect(isShippedExample(german)).toBe(true)
  expect(isShippedExample(inWords(german, templateWordsSchema.parse({ nodes: { door: 'Mine' } })))).toBe(
    false,
  )
})

const example = (): Flow => structuredClone(shippedExamples[0] as Flow)

test.each<[string, (flow: Flow) => Flow]>([
  [
    'one node more',
    (flow) => ({ ...flow, nodes: [...flow.nodes, { id: 'x', type: 'function', at: [0, 0], config: {} }] }),
  ],
  [
    'another setting',
    (flow) => ({ ...flow, nodes: flow.nodes.map((node) => ({ ...node, config: { code: 'x' } })) }),
  ],
  ['a wire less', (flow) => ({ ...flow, wires: flow.wires.slice(1) })],
  ['values for its functions', (flow) => ({ ...flow, env: { a: 1 } })],
  ['a field of its own', (flow) => ({ ...flow, trusted: true })],
  ['another id', (flow) => ({ ...flow, id: 'mine' })],
])('an example with %s is not ours', (_what, change) => {
  expect(isShippedExample(change(example()))).toBe(false)
})
