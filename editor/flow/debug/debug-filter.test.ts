// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { DebugEntry } from '../../api/debug-log.ts'
import { exportEntries, filterEntries, noFilter } from './debug-filter.ts'

const common = { flow: 'f', at: 0, size: 1 }
const entries: readonly DebugEntry[] = [
  { ...common, kind: 'message', number: 1, node: 'a', message: { id: 'm1', topic: 'home/Door', payload: 1 } },
  { ...common, kind: 'log', number: 2, node: 'b', level: 'warn', text: 'Too hot.' },
  { ...common, kind: 'log', number: 3, level: 'error', text: 'Gone.' },
]

test.each([
  [noFilter, [1, 2, 3]],
  [{ ...noFilter, node: 'a' }, [1]],
  [{ ...noFilter, level: 'warn' as const }, [2]],
  [{ ...noFilter, level: 'message' as const }, [1]],
  [{ ...noFilter, text: ' door' }, [1]],
  [{ ...noFilter, text: 'HOT' }, [2]],
  [{ node: 'a', level: undefined, text: 'hot' }, []],
])('%j leaves %j', (filter, numbers) => {
  expect(filterEntries(entries, filter, 'en').map(({ number }) => number)).toEqual(numbers)
})

test('is exported as one line of JSON for each', () => {
  const lines = exportEntries(entries, (node) => node.toUpperCase(), 'en').split('\n')
  const at = '1970-01-01T00:00:00.000Z'
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at, node: 'A', level: 'message', message: { id: 'm1', topic: 'home/Door', payload: 1 } },
    { at, node: 'B', level: 'warn', text: 'Too hot.' },
    { at, level: 'error', text: 'Gone.' },
  ])
})
