import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { storeRig } from './store-rig.ts'

const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const lamp = { name: 'lamp', role: 'device' } as const

test('a pre-shared key is kept sealed, and read again', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add(lamp, 'password-1')
  expect(await store.preSharedKeys.add('kitchen', 'lamp', key)).toBe(true)
  expect(await store.preSharedKeys.add('kitchen', 'lamp', key)).toBe(false)
  expect(store.preSharedKeys.list()).toEqual([
    { identity: 'kitchen', user: 'lamp', createdAt: rig.clock.now() },
  ])
  expect(store.preSharedKeys.key('kitchen')).toEqual(key)
  expect(store.access.userOfKey('kitchen')).toBe('lamp')
  const written = ['', '-wal']
    .map((end) => readFileSync(join(rig.dataDir, `wirehouse.db${end}`), 'latin1'))
    .join('')
  expect(written).not.toContain(key.toString('hex'))
  expect(written).not.toContain(key.toString('latin1'))
})

test('without the key of the house no pre-shared key can be read', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add(lamp, 'password-1')
  await store.preSharedKeys.add('kitchen', 'lamp', key)
  await store[Symbol.asyncDispose]()
  rmSync(join(rig.dataDir, 'secret.key'))
  expect((await rig.open()).preSharedKeys.key('kitchen')).toBeUndefined()
})

test('keys and certificates go with their user, and do not come back with the name', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add(lamp, 'password-1')
  await store.preSharedKeys.add('kitchen', 'lamp', key)
  const validUntil = rig.clock.now() + 1
  await store.deviceCertificates.add({ serial: '4A', user: 'lamp', name: '', createdAt: 0, validUntil })
  expect(store.deviceCertificates.userOf('4A')).toBe('lamp')
  await store.users.remove('lamp')
  await store.users.add(lamp, 'password-1')
  expect([store.preSharedKeys.key('kitchen'), store.deviceCertificates.userOf('4A')]).toEqual([
    undefined,
    undefined,
  ])
})

test('what is removed says whose it was', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add(lamp, 'password-1')
  await store.preSharedKeys.add('kitchen', 'lamp', key)
  expect(await store.preSharedKeys.remove('kitchen')).toBe('lamp')
  expect(await store.preSharedKeys.remove('kitchen')).toBeUndefined()
  expect(await store.deviceCertificates.remove('4A')).toBeUndefined()
})

test('certificates that have run out are forgotten', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.users.add(lamp, 'password-1')
  const add = (serial: string, days: number) =>
    store.deviceCertificates.add({
      ...{ serial, user: 'lamp', name: 'Lamp', createdAt: 0 },
      validUntil: rig.clock.now() + days * 86_400_000,
    })
  await add('4A', 1)
  await rig.clock.advance(2 * 86_400_000)
  await add('4B', 1)
  expect(store.deviceCertificates.list().map(({ serial }) => serial)).toEqual(['4B'])
})
