import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { importProblems } from '#flows/node-red/import-notes.ts'
import { drawn, importFlow } from '#flows/node-red/import-rig.ts'
import { problemText } from './error-text.ts'
import { loadGerman } from './german.ts'
import { nodeRedSentences } from './node-red-sentences.ts'

beforeAll(loadGerman)

const folder = new URL('../../flows/node-red/', import.meta.url)
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n')

const found = (pattern: RegExp) => Array.from(sources.matchAll(pattern), ([, said = '']) => said)

/** All that an import says of a node: by its code, or as the reason within another sentence. */
const said = new Set([
  ...found(/\bnote\(\s*'([A-Z_]+)'/g).map((code) => `NODE_RED_${code}`),
  ...found(/\bcode: '(NODE_RED_[A-Z_]+)'/g),
  ...found(/\bnoWay\(\s*'([^']+)'/g),
  ...found(/^ {2}\[\s*\/[^\n]*\/,\s*'([^']+)',?\s*\],$/gm),
])

test('all that an import from Node-RED says of a node is said in German, and nothing else', () => {
  expect(said.size).toBeGreaterThan(50)
  expect(Object.keys(nodeRedSentences).toSorted()).toEqual([...said].toSorted())
})

test.each([
  ['mqtt in', { inputs: 1 }, /^Er nimmt seine Topics aus Nachrichten\. Setzen Sie andere Knoten/],
  ['mqtt out', { topic: 'a/+' }, /„a\/\+“.* Setzen Sie andere Knoten/],
  ['inject', { crontab: 'never' }, /^„never“ ist kein Cron-Ausdruck\. Setzen/],
  ['e-mail', {}, /^Setzen Sie einen Knoten „E-Mail“ an seine Stelle/],
  ['rbe', { func: 'deadbandEq', gap: '2' }, /^Eine Änderung von genau 2 ging durch/],
  ['function', { func: 'setTimeout(() => 1)' }, /^Er benutzt setTimeout/],
  ['debug', { d: true, console: '$(CITY)' }, /^Der Wert von CITY steht nicht in der Datei/],
])('of a %s with %j, too', (type, settings, german) => {
  const [node] = importFlow(drawn('n', type, settings)).nodes
  const texts = node && importProblems(node).map((problem) => problemText(problem, 'de'))
  expect(texts).toContainEqual(expect.stringMatching(german))
})

test('what a file holds in place of such a note is not shown', () => {
  const [node] = importFlow(drawn('n', 'mqtt in', { inputs: 1 })).nodes
  if (!node) throw new Error('there is no node')
  const withNote = (note: object) => ({
    ...node,
    imported: { ...(node['imported'] as object), notes: [note] },
  })
  const hostile = { code: 'NODE_RED_X', message: 'X' }
  expect(importProblems(withNote(hostile))).toHaveLength(1)
  expect(importProblems(withNote({ ...hostile, values: { what: [1] } }))).toEqual([])
  expect(importProblems(withNote({ ...hostile, code: 'FLOW_UNKNOWN' }))).toEqual([])
})
