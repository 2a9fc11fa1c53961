import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript-in-browser'
import { expect, test } from 'vitest'
import { createTypeService } from './type-service.ts'
import type { FunctionText, Part } from './typed-function.ts'

const folder = dirname(createRequire(import.meta.url).resolve('typescript-in-browser'))
const libs = readdirSync(folder).filter((name) => /^lib\.(es|decorators).*\.d\.ts$/.test(name))
const service = createTypeService(
  ts,
  new Map(libs.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
)

const source = (
  code: string,
  { payload = 'any', language = 'typescript' as FunctionText['language'], setup = '', teardown = '' } = {},
): FunctionText => ({ language, payload, texts: { setup, code, teardown } })

/** What is offered at the bar. */
function offered(text: string, options: Parameters<typeof source>[1] = {}, part: Part = 'code') {
  const offset = text.indexOf('|')
  const whole = source(text.replace('|', ''), options)
  return service.complete(whole, part, offset).map(({ label }) => label)
}
const faults = (code: string, options?: Parameters<typeof source>[1]) =>
  service.check(source(code, options)).map(({ part, from, text }) => [part, from, text])

test.each(['typescript', 'javascript'] as const)(
  'in %s the payload has the fields that were seen',
  (language) => {
    const payload = '{ temperature: number; room?: string }'
    expect(offered('return message.payload.|', { payload, language })).toEqual(['room', 'temperature'])
    expect(offered('message.payload.temperature.toF|', { payload, language })).toContain('toFixed')
  },
)

test('what the set-up declares, the code and the tear-down know', () => {
  const setup = 'const lastSeen = new Map<string, number>()'
  expect(offered('last|', { setup })).toContain('lastSeen')
  expect(faults('lastSeen.set(message.topic, 1)', { setup })).toHaveLength(1)
  expect(faults('lastSeen.set(message.topic ?? "", 1)', { setup, teardown: 'lastSeen.clear()' })).toEqual([])
})

test('knows the API and the language, and nothing that functions do not have', () => {
  const labels = offered('|')
  expect(labels).toEqual(
    expect.arrayContaining(['state', 'emit', 'clock', 'crypto', 'URL', 'Map', 'message']),
  )
  for (const name of ['process', 'require', 'document', 'fetch', 'setTimeout', 'wirehouse$aroundCode'])
    expect(labels).not.toContain(name)
})

test('a fault stands where it is, in its own part', () => {
  expect(faults('const n: number = message.payload', { payload: 'string' })).toEqual([
    ['code', 6, "Type 'string' is not assignable to type 'number'."],
  ])
  expect(faults('return 1', { teardown: 'nobody()' })).toEqual([
    ['teardown', 0, "Cannot find name 'nobody'."],
  ])
  expect(faults('if (', {})[0]?.[0]).toBe('code')
})

test('JavaScript may do what JavaScript may, but not use what nobody declared', () => {
  expect(
    faults('let a = 1; a = "text"; const o = {}; o.b = a; return o', { language: 'javascript' }),
  ).toEqual([])
  expect(faults('return mesage', { language: 'javascript' })).toHaveLength(1)
  expect(faults('let a: number = 1', { language: 'javascript' })).toHaveLength(1)
})

test('says what a name is', () => {
  const text = service.explain(source('state.get("a")'), 'code', 7)
  expect(text).toContain('get(key: string): any')
  expect(text).toContain('A copy of a value')
})
