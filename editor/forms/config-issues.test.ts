import { beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { loadGerman } from '../i18n/german.ts'
import { mergeIssues } from './config-form.tsx'
import { findIssues, issueAt } from './config-issues.ts'

beforeAll(loadGerman)

const sample = defineNode({
  type: 'sample',
  version: 1,
  group: 'logic',
  icon: 'box',
  title: 'Sample',
  summary: 'A node for tests.',
  config: z.object({
    topic: z.string().min(1).default(''),
    quietMs: z.number().int().positive().default(500),
    name: z.string().regex(/^a/, 'A name starts with a.').default('a'),
    rules: z.array(z.object({ value: z.string().min(1) })).default([]),
  }),
  inputs: { in: port.any() },
  outputs: { out: port.any() },
  check: ({ quietMs }) =>
    quietMs > 900 ? [{ code: 'LONG', field: 'quietMs', message: 'Too long a wait.' }] : [],
})

const issues = (config: Record<string, unknown>, language: 'en' | 'de' = 'en') =>
  Object.fromEntries(findIssues(sample, config, language))

test('says in plain words what a field needs', () => {
  expect(issues({ topic: '', quietMs: 0 })).toEqual({ topic: 'This is needed.', quietMs: 'More than 0.' })
})

test('says it in German too', () => {
  expect(issues({ topic: '', quietMs: 0 }, 'de')).toEqual({
    topic: 'Das wird benötigt.',
    quietMs: 'Mehr als 0.',
  })
})

test('prefers the sentence that the schema gives', () => {
  expect(issues({ topic: 't', name: 'b' })).toEqual({ name: 'A name starts with a.' })
})

test('asks the further checks of the definition once the schema is content', () => {
  expect(issues({ topic: 't', quietMs: 1000 })).toEqual({ quietMs: 'Too long a wait.' })
})

test('finds what stands below a list, if asked', () => {
  const found = findIssues(sample, { topic: 't', rules: [{ value: 'x' }, { value: '' }] }, 'en')
  expect(issueAt(found, 'rules')).toBeUndefined()
  expect(issueAt(found, 'rules', true)).toBe('This is needed.')
  expect(issueAt(found, 'rules.1.value')).toBe('This is needed.')
})

test('keeps quiet about a field that nobody has left yet', () => {
  expect(mergeIssues(new Map(), new Map([['topic', 'needed']]), new Set())).toEqual(new Map())
})

test('says what the server found in our own words', () => {
  const merged = mergeIssues(new Map([['topic', 'English']]), new Map([['topic', 'Deutsch']]), new Set())
  expect(merged).toEqual(new Map([['topic', 'Deutsch']]))
})
