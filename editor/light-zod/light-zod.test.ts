import { join } from 'node:path'
import * as fc from 'fast-check'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import type * as z from 'zod'
import doorAlarm from '#flows/examples/door-alarm.json' with { type: 'json' }
import { lightZod } from '../../vite.config.ts'
import type { FormField } from '../forms/read-fields.ts'
import * as here from './compared.ts'

// What the server makes of a value is held against what the browser makes of it.

/** As it is built for the browser. */
let there: typeof here
beforeAll(async () => {
  const entry = join(import.meta.dirname, 'compared.ts')
  const built = await build({
    ...{ configFile: false, logLevel: 'silent', resolve: { alias: [lightZod] } },
    build: { write: false, minify: false, lib: { entry, formats: ['es'] } },
  })
  const [chunk] = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  if (chunk?.type !== 'chunk') throw new Error('nothing was built')
  expect(chunk.moduleIds.filter((id) => id.includes('node_modules/zod'))).toEqual([])
  there = await import(`data:text/javascript,${encodeURIComponent(chunk.code)}`)
}, 60_000)

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, '', ' ', 'a b', '0', 'x'.repeat(300), '💡'.repeat(60), true, [], {}, [
    null,
  ]),
  fc.constantFrom(-1, 0, 0.5, 1, 70_000, 2 ** 60, -(2 ** 60), Number.NaN, Number.POSITIVE_INFINITY),
  fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)),
)

/** A value with parts replaced, left out and added here and there. */
function bent(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) {
    const items = value.map(bent)
    return fc.oneof({ weight: 6, arbitrary: fc.tuple(...items) }, fc.tuple(...items, odd), odd)
  }
  if (typeof value !== 'object' || value === null)
    return fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, odd)
  const fields = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bent(inner)]))
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(fields) },
    { weight: 4, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 2, arbitrary: fc.record({ ...fields, further: odd, length: odd }) },
    odd,
  )
}

/** What comes of it: the value, or the sentences about it by their places. */
const outcome = (result: z.ZodSafeParseResult<unknown>): unknown =>
  result.success
    ? result.data
    : result.error.issues.map((issue) => [issue.path.join('.'), here.describeIssue(issue)])

const all = (from: typeof here) => [...from.nodeDefinitions, ...from.connectionDefinitions]
const definitions = all(here).map(({ type, config }, at) => ({ type, config, at }))
const light = (at: number) => all(there)[at]?.config ?? expect.fail('it is missing')

/** A value for each field, as its form may set it. */
const filled = (fields: readonly FormField[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field.name, field.fallback ?? example(field)]))
function example({ shape }: FormField): unknown {
  if (shape.kind === 'list') return shape.isFlat ? shape.fields.map(example) : [filled(shape.fields)]
  if (shape.kind === 'choice') return shape.values[0]
  if (shape.kind === 'choices') return [...shape.values]
  return { text: 'https://example.org', number: 7, boolean: true, json: { a: 1 } }[shape.kind]
}

test.each(definitions)('a config of $type is read the same', ({ at, config }) => {
  const known = bent(filled(here.readFields(config)))
  void fc.assert(
    fc.property(known, fc.boolean(), (value, reportInput) => {
      const options = { reportInput }
      expect(outcome(light(at).safeParse(value, options))).toStrictEqual(
        outcome(config.safeParse(value, options)),
      )
    }),
  )
})

test.each(definitions)('the form of $type is the same', ({ at, config }) => {
  const shown = (fields: readonly FormField[]): unknown =>
    JSON.parse(JSON.stringify(fields, (key, value) => (key === 'schema' ? undefined : value)))
  expect(shown(there.readFields(light(at)))).toEqual(shown(here.readFields(config)))
})

const flow = {
  ...doorAlarm,
  groups: [{ id: 'g', name: 'Group', color: 'blue' }],
  notes: [{ id: 'n', text: 'Note', group: 'g' }],
  tests: [{ name: 'Rings', send: [{ to: 'door', payload: 1 }], expect: [{ at: 'alarm', payloads: [1] }] }],
  messages: [{ name: 'Open', payload: 'open' }],
  env: { PHONE: '1', COUNT: 2, ON: true },
  subflows: [{ id: 's', name: 'Sub', nodes: [{ id: 'a', type: 'delay' }], wires: [['a.out', 'a.in']] }],
}

test('a flow is read the same', () => {
  expect(here.flowSchema.safeParse(flow).success).toBe(true)
  void fc.assert(
    fc.property(bent(flow), (value) => {
      expect(outcome(there.flowSchema.safeParse(value))).toStrictEqual(
        outcome(here.flowSchema.safeParse(value)),
      )
    }),
  )
})

const id = 'a1'
const change = (operation: unknown) => ({
  ...{ id, step: id, undoes: id, label: { code: 'STEP_ADDED', count: 1 }, operations: [operation] },
})
const node = { id, type: 'delay', at: [0, 0], config: {} }

test.each([
  { kind: 'insert', nodes: [{ index: 0, item: node }], wires: [{ index: 0, item: ['a.out', 'b.in'] }] },
  { kind: 'remove', in: 's', nodes: ['a'], wires: ['a.out b.in'] },
  { kind: 'move', places: { a: [1, 2], 'not an id': [1, 2] } },
  { kind: 'configure', target: { kind: 'node', id }, fields: { ms: 5 }, gone: ['x'] },
  { kind: 'set', target: { kind: 'flow' }, fields: { name: 'New', env: {} }, gone: ['description'] },
  { kind: 'set', target: { kind: 'note', id }, fields: { size: [1, 2], text: 7 }, gone: ['text'] },
  { kind: 'replace', flow: { ...node, format: 'wirehouse/flow@1', name: 'Flow' } },
])('a change is read the same: $kind', (operation) => {
  void fc.assert(
    fc.property(bent(change(operation)), (value) => {
      expect(there.parseChange(value)).toStrictEqual(here.parseChange(value))
    }),
  )
})
