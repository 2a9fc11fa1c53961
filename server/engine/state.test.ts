import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { WrittenBehindState } from './state.ts'

/** A disk that can be full. */
function disk() {
  const clock = new VirtualClock()
  const written: unknown[] = []
  const store = {
    isFull: false,
    load: () => ({}),
    async save(_flow: string, _node: string, changes: Readonly<Record<string, unknown>>) {
      if (store.isFull) throw new Error('The disk is full.')
      written.push(JSON.parse(JSON.stringify(changes)))
    },
  }
  return { clock, written, store, state: new WrittenBehindState(store, 'f', 'n', clock) }
}

test('what a full disk did not take is written with the next change', async () => {
  const { clock, written, store, state } = disk()
  store.isFull = true
  state.set('a', 1)
  state.set('b', 1)
  await clock.advance(1_000)
  store.isFull = false
  state.set('b', 2)
  await clock.advance(1_000)
  expect(written).toEqual([{ a: 1, b: 2 }])
})

test('a value that cannot be stored does not keep the others from it', async () => {
  const { clock, written, state } = disk()
  state.set('good', 1)
  state.set('bad', 10n)
  await clock.advance(1_000)
  state.set('more', 2)
  await clock.advance(1_000)
  expect(written).toEqual([{ good: 1, more: 2 }])
})
