import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Flow } from './flow.ts'
import { parseFlowFile } from './parse-flow.ts'
import { inWords, templateWordsSchema } from './template-words.ts'

const filesIn = (folder: string) => readdirSync(new URL(folder, import.meta.url))
const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

function flowOf(file: string): Flow {
  const parsed = parseFlowFile(read(file))
  if (!parsed.ok || !parsed.value[0]) throw new Error(`${file} is no flow`)
  return parsed.value[0]
}

/** What a person reads in a flow, by where it stands. */
const saidIn = (flow: Flow): readonly (readonly [string, unknown])[] => [
  ...flow.nodes.flatMap(({ id, name, config: { title } }): [string, unknown][] => [
    [`name of ${id}`, name],
    [`title of ${id}`, title],
  ]),
  ...flow.groups.flatMap(({ id, name, description }): [string, unknown][] => [
    [`group ${id}`, name],
    [`about group ${id}`, description],
  ]),
  ...(flow.notes ?? []).map(({ id, text }): [string, unknown] => [`note ${id}`, text]),
  ...flow.connections.map(({ id, name }): [string, unknown] => [`connection ${id}`, name]),
  ...flow.tests.map(({ name }, index): [string, unknown] => [`test ${index}`, name]),
]

/** What is the same in both languages. */
const same = ['name of post', 'name of frost', 'group bricklets']
const folders = ['templates', 'examples']
const files = folders.flatMap((folder) => filesIn(folder).map((file) => `${folder}/${file}`))

test.each(folders)('each of the %s has German words, and nothing else has', (folder) => {
  expect(filesIn(`german-${folder}`)).toEqual(filesIn(folder))
})

describe.each(files)('%s', (file) => {
  const template = flowOf(file)
  const words = templateWordsSchema.parse(JSON.parse(read(`german-${file}`)))
  const german = inWords(template, words)

  test('says all in German that it says in English', () => {
    const english = new Map(saidIn(template))
    const left = saidIn(german).filter(([place, text]) => text !== undefined && english.get(place) === text)
    expect(left.map(([place]) => place).filter((place) => !same.includes(place))).toEqual([])
  })

  test('has no German words for what is not there', () => {
    const places = (items: readonly { readonly id: string }[] = []) => new Set(items.map(({ id }) => id))
    const lost = (said: object, known: ReadonlySet<string>) =>
      Object.keys(said).filter((id) => !known.has(id))
    expect([
      ...lost(words.nodes, places(template.nodes)),
      ...lost(words.titles, places(template.nodes.filter(({ config }) => 'title' in config))),
      ...lost(words.groups, places(template.groups)),
      ...lost(words.notes, places(template.notes)),
      ...lost(words.connections, places(template.connections)),
      ...words.tests.slice(template.tests.length),
    ]).toEqual([])
  })

  test('does the same in German', () => {
    const silent = (flow: Flow) => inWords(flow, silence(flow))
    expect(silent(german)).toEqual(silent(template))
  })
})

/** Words that say nothing, for all that says something. */
function silence({ nodes, groups, notes = [], connections, tests }: Flow) {
  const nothing = (items: readonly { readonly id: string }[]) =>
    Object.fromEntries(items.map(({ id }) => [id, '-']))
  return templateWordsSchema.parse({
    nodes: nothing(nodes),
    titles: nothing(nodes.filter(({ config }) => 'title' in config)),
    groups: Object.fromEntries(groups.map(({ id }) => [id, { name: '-', description: '-' }])),
    notes: nothing(notes),
    connections: nothing(connections),
    tests: tests.map(() => '-'),
  })
}
