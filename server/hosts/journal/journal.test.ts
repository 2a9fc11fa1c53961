import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRing } from '../ring/ring-memory.ts'
import { MOST_KEYS } from './journal-memory.ts'
import { JournalReader } from './journal-reader.ts'
import { type JournalKey, JournalWriter } from './journal-writer.ts'

type Told = readonly [place: string, value: unknown]

function journal(capacity = 4_096) {
  const shared = createRing(capacity)
  const told: Told[] = []
  const reader = new JournalReader(shared, (flow, node, key, value) => {
    told.push([`${flow}/${node}/${key}`, value])
  })
  const writer = new JournalWriter(shared)
  const keys = new Map<string, JournalKey>()
  const keyOf = (key: string): JournalKey => {
    const known = keys.get(key) ?? { flow: 'f', node: 'n', key, number: 0, edition: 0 }
    keys.set(key, known)
    return known
  }
  const write = (key: string, value?: unknown): boolean =>
    writer.write(keyOf(key), value === undefined ? '' : JSON.stringify(value))
  return { told, reader, writer, write }
}

test('tells what has changed up to a place, each key once with its last value', () => {
  const { told, reader, writer, write } = journal()
  write('a', 1)
  write('b', { text: 'grün "1"' })
  write('a', 2)
  write('b')
  const end = writer.position
  write('a', 3)
  reader.read(end)
  expect(told).toEqual([
    ['f/n/a', 2],
    ['f/n/b', undefined],
  ])
  reader.read(end)
  expect(told).toHaveLength(2)
})

test('what was not ended counts for nothing', () => {
  const { told, reader, writer, write } = journal()
  const end = writer.position
  write('a', 1)
  reader.read(end)
  expect(told).toEqual([])
})

test('takes nothing that finds no room, and more once it was read', () => {
  const { told, reader, writer, write } = journal(1_024)
  expect(write('large', 'x'.repeat(200))).toBe(false)
  let count = 0
  while (write('a', ++count));
  expect(writer.isHalfFull).toBe(true)
  reader.read(writer.position)
  expect([told, writer.isHalfFull]).toEqual([[['f/n/a', count - 1]], false])
  expect(write('a', 'again')).toBe(true)
})

test('goes on with new numbers for keys when all are given away', () => {
  const { told, reader, writer, write } = journal(1024 * 1024)
  const last = new Map<string, unknown>()
  for (let index = 0; index < 2.5 * MOST_KEYS; index++) {
    const [key, value] = [String(index % (MOST_KEYS + 7)), index]
    if (!write(key, value)) {
      reader.read(writer.position)
      expect(write(key, value)).toBe(true)
    }
    last.set(`f/n/${key}`, value)
  }
  reader.read(writer.position)
  expect(new Map(told)).toEqual(last)
})

test('comes to the same as telling each change, whatever is written and whenever it is read', () => {
  const step = fc.oneof(
    fc.record({ key: fc.constantFrom('a', 'b', 'ä/"', ''), value: fc.option(fc.json({ maxDepth: 1 })) }),
    fc.constant('read' as const),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { told, reader, writer, write } = journal(1_024)
      const expected = new Map<string, unknown>()
      for (const one of steps) {
        if (one === 'read') reader.read(writer.position)
        else if (write(one.key, one.value ?? undefined))
          expected.set(`f/n/${one.key}`, one.value ?? undefined)
      }
      reader.read(writer.position)
      expect(new Map(told)).toEqual(expected)
    }),
  )
})
