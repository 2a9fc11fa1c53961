import { describe, expect, test } from 'vitest'
import type { Findable } from '../../document/find.ts'
import type { Entry, EntryKind } from './entry.ts'
import { rankEntries } from './rank-entries.ts'

const entry = (kind: EntryKind, label: string, words: readonly string[] = []): Findable<Entry> => ({
  item: { id: `${kind}:${label}`, kind, label, icon: 'box', run: () => undefined },
  titles: [label],
  words,
})
const all = [
  entry('action', 'Deploy the flow'),
  entry('action', 'Undo'),
  entry('node', 'Door bell', ['mqtt-in', 'home/door/bell']),
  entry('node', 'Bell of the shop', ['mqtt-in']),
  entry('flow', 'Door alarm'),
  entry('topic', 'home/door/bell'),
]
const shown = (query: string, recent: readonly string[] = []) =>
  rankEntries(all, query, recent).map(({ kind, entries }) => [kind, entries.map(({ label }) => label)])

describe('the palette', () => {
  test('shows first what was used last, then what can be done', () => {
    expect(shown('', ['flow:Door alarm', 'node:gone'])).toEqual([
      ['recent', ['Door alarm']],
      ['action', ['Deploy the flow', 'Undo']],
    ])
  })
  test('groups what it finds, the best hit first', () => {
    expect(shown('bell')).toEqual([
      ['node', ['Bell of the shop', 'Door bell']],
      ['topic', ['home/door/bell']],
    ])
  })
  test('finds a node by its settings', () => {
    expect(shown('home/door')).toEqual([
      ['topic', ['home/door/bell']],
      ['node', ['Door bell']],
    ])
  })
  test('puts what was used lately before what fits as well', () => {
    expect(shown('mqtt-in')[0]).toEqual(['node', ['Door bell', 'Bell of the shop']])
    expect(shown('mqtt-in', ['node:Bell of the shop'])[0]).toEqual([
      'node',
      ['Bell of the shop', 'Door bell'],
    ])
  })
  test('lets no kind push the others out of sight', () => {
    const many = [...Array.from({ length: 500 }, (_, n) => entry('topic', `door/${n}`)), ...all]
    const counts = rankEntries(many, 'door', []).map(({ kind, entries }) => [kind, entries.length])
    expect(Object.fromEntries(counts)).toEqual({ flow: 1, node: 1, topic: 12 })
  })
})
