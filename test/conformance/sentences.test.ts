import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { germanSentences } from '../../editor/i18n/server-sentences.ts'
import { type Said, saidIn } from './said.ts'

/** Said at the start of the server, in a terminal, or to programs that talk HTTP: never by the editor. */
const notInTheEditor = new Set([
  ...['PORT_IN_USE', 'PORT_NOT_ALLOWED', 'PORT_FORBIDDEN', 'HOST_NOT_AVAILABLE', 'HOST_UNUSABLE'],
  ...['SETTING_UNKNOWN', 'SETTING_VALUE', 'DATA_DIR_IN_USE', 'DATA_DIR_NOT_WRITABLE', 'DATABASE_UNUSABLE'],
  ...['DATABASE_DAMAGED', 'DATABASE_MIGRATION', 'DATABASE_MISSING', 'DATABASE_NEWER'],
  ...['SECRET_KEY_DAMAGED', 'SECRET_KEY_UNREADABLE'],
  ...['BODY_SHAPE', 'BODY_MISSING', 'BODY_TYPE', 'BODY_ENCODING', 'BODY_INCOMPLETE', 'BODY_NOT_UTF8'],
  ...['QUERY_VALUE', 'UPGRADE_NEEDED', 'METHOD_UNKNOWN', 'URL_BROKEN', 'REQUEST_REFUSED'],
  ...['FILE_UNKNOWN', 'ROUTE_UNKNOWN', 'FLOW_ID', 'MQTT_NOT_RETAINED', 'DEAD_LETTER_ID'],
  // What was thrown by something else than Wirehouse has no words of ours.
  ...['MESSAGE_FAILED', 'DISCOVERY_FAILED', 'STATE_NOT_JSON', 'SAMPLE_NOT_A_NUMBER'],
])

/** What stands in an answer beside its `values`. */
const besides: Readonly<Record<string, readonly string[]>> = { CONNECTION_IN_USE: ['flows'] }

const root = new URL('../../', import.meta.url)
const localeOf = (folder: string): Record<string, string> =>
  (JSON.parse(readFileSync(new URL(`${folder}/locales/de.json`, root), 'utf8')) as Words).sentences ?? {}
interface Words {
  readonly sentences?: Record<string, string>
}

const folders = globSync('nodes/**/locales/de.json', { cwd: root }).map((file) => file.slice(0, -16))
const german = new Map([
  ...Object.entries(germanSentences),
  ...folders.flatMap((folder) => Object.entries(localeOf(folder))),
])
const said = saidIn('nodes/**/*.ts', 'flows/*.ts', 'server/**/*.ts')
const placesOf = (sentence: string): readonly string[] =>
  Array.from(sentence.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)

/** A template's place is added where its error is made. */
const valuesOf = ({ code, values }: Said): readonly string[] => [
  ...values,
  ...(besides[code] ?? []),
  ...(code.startsWith('TEMPLATE_') ? ['line', 'column'] : []),
]

describe('what is said to people', () => {
  it('is found in the sources', () => {
    expect(said.length).toBeGreaterThan(200)
    expect(said).toContainEqual({
      code: 'MQTT_PAYLOAD_JSON',
      file: 'nodes/mqtt-in/read-payload.ts',
      values: ['topic', 'text'],
    })
  })

  it('is said in German, too', () => {
    const missing = said.filter(({ code }) => !german.has(code) && !notInTheEditor.has(code))
    expect(missing.map(({ code, file }) => `${code} in ${file}`)).toEqual([])
  })

  it('has a value for each place of its German sentence', () => {
    const empty = said.flatMap((one) =>
      placesOf(german.get(one.code) ?? '')
        .filter((place) => !valuesOf(one).includes(place))
        .map((place) => `{${place}} of ${one.code} in ${one.file}`),
    )
    expect(empty).toEqual([])
  })

  it('is said in German by no type that does not say it, and by one alone', () => {
    const codes = folders.flatMap((folder) => {
      const own = new Set(saidIn(`${folder}/**/*.ts`).map(({ code }) => code))
      const words = schemaSentences(folder)
      return Object.keys(localeOf(folder)).filter((code) => !own.has(code) && !words.includes(code))
    })
    expect(codes).toEqual([])
    const all = [
      ...Object.keys(germanSentences),
      ...folders.flatMap((folder) => Object.keys(localeOf(folder))),
    ]
    expect(all.length).toBe(new Set(all).size)
  })

  it('includes what schemas say in words of their own', () => {
    expect(folders.length).toBe(nodeDefinitions.length + connectionDefinitions.length)
    for (const folder of folders)
      expect(Object.keys(localeOf(folder))).toEqual(expect.arrayContaining(schemaSentences(folder)))
  })
})

/** A sentence within a schema is its own code. */
function schemaSentences(folder: string): string[] {
  const source = readFileSync(new URL(`${folder}/definition.ts`, root), 'utf8')
  return Array.from(
    source.matchAll(/\.(?:regex|refine)\([^']*'((?:[^'\\]|\\.)+\.)',?\s*\)/g),
    ([, sentence = '']) => sentence,
  )
}
