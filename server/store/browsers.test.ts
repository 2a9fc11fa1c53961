import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type StoreRig, storeRig } from './store-rig.ts'

let rig: StoreRig
beforeEach(() => {
  rig = storeRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const browser = (user: string, endpoint: string) => ({ user, endpoint, p256dh: 'p', auth: 'a' })

async function storeWith(...people: readonly string[]) {
  const store = await rig.open()
  for (const name of people) await store.users.add({ name, role: 'viewer' }, 'a long password')
  return store
}

describe('the keys of the house', () => {
  test('are made once, and the private one is sealed', async () => {
    const store = await storeWith()
    const [keys, again] = await Promise.all([store.browsers.keys(), store.browsers.keys()])
    expect(again).toEqual(keys)
    expect(Buffer.from(keys.publicKey, 'base64url')).toHaveLength(65)
    expect(Buffer.from(keys.privateKey, 'base64url')).toHaveLength(32)
    await store[Symbol.asyncDispose]()
    const file = readFileSync(join(rig.dataDir, 'wirehouse.db'))
    expect([file.includes(keys.publicKey), file.includes(keys.privateKey)]).toEqual([true, false])
    expect(await (await rig.open()).browsers.keys()).toEqual(keys)
  })

  test('say so when the key file is gone, and are not replaced', async () => {
    const store = await storeWith()
    await store.browsers.keys()
    await store[Symbol.asyncDispose]()
    rmSync(join(rig.dataDir, 'secret.key'))
    await expect((await rig.open()).browsers.keys()).rejects.toMatchObject({ code: 'HOUSE_KEY_UNREADABLE' })
  })
})

describe('a browser', () => {
  test('is one, however often notifications are switched on, and the last person has it', async () => {
    const { browsers } = await storeWith('anna', 'bob')
    const id = await browsers.add(browser('anna', 'https://push/1'))
    expect(await browsers.add(browser('bob', 'https://push/1'))).toBe(id)
    expect(browsers.of()).toEqual([{ id, ...browser('bob', 'https://push/1') }])
    expect([browsers.of('anna'), browsers.find(id)?.user]).toEqual([[], 'bob'])
  })

  test('is forgotten by its id, by its endpoint, and with its person', async () => {
    const { browsers, users } = await storeWith('anna', 'bob')
    const ids = []
    for (const [user, at] of [
      ['anna', 1],
      ['anna', 2],
      ['bob', 3],
    ] as const)
      ids.push(await browsers.add(browser(user, `https://push/${at}`)))
    await browsers.forget(ids[0] ?? '')
    await browsers.forgetEndpoint('https://push/2')
    expect(browsers.of().map(({ id }) => id)).toEqual([ids[2]])
    await users.remove('bob')
    expect(browsers.of()).toEqual([])
  })

  test('makes room for a newer one after twenty', async () => {
    const { browsers } = await storeWith('anna')
    for (let at = 0; at < 22; at++) {
      await rig.clock.advance(1)
      await browsers.add(browser('anna', `https://push/${at}`))
    }
    expect(browsers.of('anna').map(({ endpoint }) => endpoint)).toEqual(
      Array.from({ length: 20 }, (_, at) => `https://push/${at + 2}`),
    )
  })
})
