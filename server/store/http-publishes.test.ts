import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StoreRig, storeRig } from './store-rig.ts'

let rig: StoreRig
beforeEach(() => {
  rig = storeRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const HOUR = 3_600_000
async function storeWith(...devices: readonly string[]) {
  const store = await rig.open()
  for (const name of devices) await store.users.add({ name, role: 'device' }, 'a long password')
  return store
}

test('a key is remembered for its user, over a restart, for a day', async () => {
  const store = await storeWith('meter', 'bell')
  await store.publishes.add('meter', 'k', 'one')
  await store.publishes.add('bell', 'k', 'two')
  await store[Symbol.asyncDispose]()
  const { publishes } = await rig.open()
  const digests = () => ['meter', 'bell'].map((user) => publishes.digest(user, 'k'))
  expect(digests()).toEqual(['one', 'two'])
  await rig.clock.advance(24 * HOUR)
  expect(digests()).toEqual(['one', 'two'])
  await rig.clock.advance(1)
  expect(digests()).toEqual([undefined, undefined])
  await publishes.add('meter', 'k', 'three')
  expect(digests()).toEqual(['three', undefined])
})

test('the keys of a user go with the user', async () => {
  const store = await storeWith('meter')
  await store.publishes.add('meter', 'k', 'one')
  await store.users.remove('meter')
  expect(store.publishes.digest('meter', 'k')).toBe(undefined)
})
