import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { WriteBehind } from './write-behind.ts'

/** A disk that can be full. */
function disk() {
  const clock = new VirtualClock()
  const written: unknown[] = []
  const stored: Record<string, Record<string, unknown>> = {}
  const store = {
    isFull: false,
    load: (_flow: string, node: string) => ({ ...stored[node] }),
    async save(_flow: string, node: string, changes: Readonly<Record<string, unknown>>) {
      if (store.isFull) throw new Error('The disk is full.')
      const json: Record<string, unknown> = JSON.parse(JSON.stringify(changes))
      written.push({ [node]: json })
      stored[node] = { ...stored[node], ...json }
    },
  }
  const state = new WriteBehind(store, clock)
  const change = (key: string, value: unknown, node = 'n') => state.changed('f', node, key, value)
  return { clock, written, store, state, change }
}

test('writes a change a second later, and what has changed again by then once', async () => {
  const { clock, written, change } = disk()
  change('a', 1)
  await clock.advance(999)
  expect(written).toEqual([])
  change('a', 2)
  change('b', 1, 'other')
  await clock.advance(1)
  expect(written).toEqual([{ n: { a: 2 } }, { other: { b: 1 } }])
  await clock.advance(10_000)
  expect(written).toHaveLength(2)
})

test('knows of a change before the disk does, of a removal too', async () => {
  const { state, change } = disk()
  change('a', 1)
  change('b', 2)
  const written = state.flush()
  change('b', undefined)
  expect(state.load('f', 'n')).toEqual({ a: 1 })
  await written
  expect(state.load('f', 'n')).toEqual({ a: 1 })
})

test('has written everything when a flush settles, and plans nothing more', async () => {
  const { clock, written, state, change } = disk()
  change('a', 1)
  await state.flush()
  expect(written).toEqual([{ n: { a: 1 } }])
  expect(clock.planned).toBe(0)
})

test('asks for what is owed before it loads, writes or says that all is on disk', async () => {
  const { clock, written, state, change } = disk()
  state.owe(() => change('a', 1))
  expect(state.load('f', 'n')).toEqual({ a: 1 })
  state.owe(() => change('a', 2))
  await clock.advance(1_000)
  expect(written).toEqual([{ n: { a: 2 } }])
  state.owe(() => change('a', 3))
  const kept = state.kept()
  await clock.advance(1_000)
  await kept
  expect(written).toEqual([{ n: { a: 2 } }, { n: { a: 3 } }])
  expect(clock.planned).toBe(0)
})

test('what a full disk did not take is written with the next change', async () => {
  const { clock, written, store, change } = disk()
  store.isFull = true
  change('a', 1)
  change('b', 1)
  await clock.advance(1_000)
  store.isFull = false
  change('b', 2)
  await clock.advance(1_000)
  expect(written).toEqual([{ n: { a: 1, b: 2 } }])
})

test('a full disk is told to who waits for it', async () => {
  const { store, state, change } = disk()
  store.isFull = true
  change('a', 1)
  await expect(state.flush()).rejects.toThrow('The disk is full.')
})

test('says when what has changed so far is on disk', async () => {
  const { clock, state, change, written } = disk()
  const kept: string[] = []
  await state.kept().then(() => kept.push('nothing'))
  change('a', 1)
  void state.kept().then(() => kept.push(`a ${written.length}`))
  await clock.advance(1_000)
  change('b', 1)
  void state.kept().then(() => kept.push(`b ${written.length}`))
  await clock.advance(1_000)
  expect(kept).toEqual(['nothing', 'a 1', 'b 2'])
})

test('tries a full disk again by itself while somebody waits for it', async () => {
  const { clock, store, state, change, written } = disk()
  store.isFull = true
  change('a', 1)
  const kept = state.kept()
  await clock.advance(5_000)
  expect(written).toEqual([])
  store.isFull = false
  await clock.advance(1_000)
  await kept
  expect(written).toEqual([{ n: { a: 1 } }])
  expect(clock.planned).toBe(0)
})

test('a value that cannot be stored does not keep the others from it', async () => {
  const { clock, written, change } = disk()
  change('good', 1)
  change('bad', 10n)
  await clock.advance(1_000)
  change('more', 2)
  await clock.advance(1_000)
  expect(written).toEqual([{ n: { good: 1, more: 2 } }])
})

test('a key may be called __proto__', async () => {
  const { written, state, change } = disk()
  change('__proto__', 1)
  await state.flush()
  expect(JSON.stringify(written)).toBe('[{"n":{"__proto__":1}}]')
  expect(Object.keys(state.load('f', 'n'))).toEqual(['__proto__'])
})
