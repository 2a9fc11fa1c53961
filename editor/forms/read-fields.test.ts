import { expect, test } from 'vitest'
import * as z from 'zod'
import { type FormField, isVisible, newItem, readField, readFields } from './read-fields.ts'

const shapeOf = (schema: z.ZodType) => readField('field', schema).shape

test('reads a whole number with an open lower bound', () => {
  expect(shapeOf(z.number().int().positive().max(60).default(5))).toEqual({
    kind: 'number',
    isWhole: true,
    min: 1,
    max: 60,
  })
})

test('takes the safe integers for no bound', () => {
  expect(shapeOf(z.int())).toEqual({ kind: 'number', isWhole: true })
})

test('keeps the words and the default through a transform', () => {
  const field = readField(
    'broker',
    z
      .string()
      .default('built-in')
      .meta({ title: 'Broker', control: 'connection' })
      .transform((id) => id),
  )
  expect(field).toMatchObject({
    meta: { title: 'Broker', control: 'connection' },
    shape: { kind: 'text' },
    fallback: 'built-in',
  })
})

test('lets the words of an outer wrapper win', () => {
  const field = readField(
    'name',
    z.string().meta({ title: 'Inside', unit: 's' }).optional().meta({ title: 'Outside' }),
  )
  expect(field.meta).toMatchObject({ title: 'Outside', unit: 's' })
})

test.each([
  ['an enum', z.enum(['a', 'b']), ['a', 'b']],
  ['a literal of several numbers', z.literal([0, 1, 2]).default(1), [0, 1, 2]],
  ['a union of literals', z.union([z.literal('x'), z.literal(false)]), ['x', false]],
])('reads %s as a choice', (_what, schema, values) => {
  expect(shapeOf(schema)).toEqual({ kind: 'choice', values })
})

test('reads a list with its bounds, also one that may be written shorter', () => {
  const list = z
    .array(z.object({ name: z.string() }))
    .min(1)
    .max(8)
  expect(shapeOf(list.default([]))).toMatchObject({ kind: 'list', isFlat: false, least: 1, most: 8 })
  expect(shapeOf(z.union([list, z.number()]))).toMatchObject({ kind: 'list', least: 1, most: 8 })
  expect(shapeOf(z.array(z.string()))).not.toHaveProperty('most')
})

test('edits what has no control of its own as JSON', () => {
  expect(shapeOf(z.union([z.string(), z.number()]))).toEqual({ kind: 'json' })
  expect(shapeOf(z.unknown())).toEqual({ kind: 'json' })
})

test('starts a new entry of a list with the defaults of its fields', () => {
  const shape = shapeOf(
    z.array(
      z.object({
        to: z.string(),
        count: z.number().min(2),
        isOn: z.boolean().default(true),
        what: z.unknown(),
      }),
    ),
  )
  expect(shape.kind === 'list' && newItem(shape)).toStrictEqual({ to: '', count: 2, isOn: true })
})

test('starts a new entry of a flat list as a single value', () => {
  const shape = shapeOf(z.array(z.number().min(1)))
  expect(shape.kind === 'list' && newItem(shape)).toBe(1)
})

test('shows a field only while its sibling has one of the named values, defaults included', () => {
  const fields = readFields(
    z.object({
      mode: z.enum(['every', 'cron']).default('every'),
      cron: z.string().meta({ when: { mode: ['cron'] } }),
    }),
  )
  const cron = fields[1] as FormField
  expect(isVisible(cron, fields, {})).toBe(false)
  expect(isVisible(cron, fields, { mode: 'cron' })).toBe(true)
})

test('reads a list of an enum as any number of its values', () => {
  expect(shapeOf(z.array(z.enum(['mon', 'tue'])).default(['mon']))).toEqual({
    kind: 'choices',
    values: ['mon', 'tue'],
  })
})
