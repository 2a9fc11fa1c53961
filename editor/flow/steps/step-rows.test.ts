import { expect, test } from 'vitest'
import type { HistoryEntry } from '../../api/types.ts'
import { stepRows } from './step-rows.ts'

const entry = (seq: number, id: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{ seq, id, step: id, etag: '', at: seq, by: 'ada', label: { code: 'move', count: 1 } },
  ...more,
})
const told = (entries: readonly HistoryEntry[]) =>
  stepRows(entries).map(({ step, by, isTakenBack }) => `${step} ${by}${isTakenBack ? ' back' : ''}`)

test('steps stand newest first, a burst once', () => {
  const burst = entry(3, 'c', { step: 'a' })
  expect(told([entry(1, 'a'), entry(2, 'b', { by: 'bob' }), burst])).toEqual(['b bob', 'a ada'])
})

test('what was undone says so, and what was done again stands by the change that did it', () => {
  const undo = entry(2, 'u', { undoes: 'a' })
  const redo = entry(3, 'r', { undoes: 'u' })
  expect(told([entry(1, 'a'), undo])).toEqual(['u ada back'])
  expect(told([entry(1, 'a'), undo, redo])).toEqual(['r ada'])
  expect(told([entry(1, 'a'), undo, redo, entry(4, 'v', { undoes: 'r' })])).toEqual(['v ada back'])
})

test('what took back a step that is no longer known stands nowhere', () => {
  expect(told([entry(9, 'u', { undoes: 'long gone' })])).toEqual([])
})
