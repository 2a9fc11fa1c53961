import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SecretBox } from './secret-box.ts'
import { storeRig } from './store-rig.ts'

const bot = { id: 'bot', type: 'telegram', name: 'My bot', config: { chat: 42 } }

test('a connection shows which secrets are set, and never what they are', async () => {
  await using rig = storeRig()
  const { connections } = await rig.open()
  await connections.put(bot, { token: '123:abc', proxy: 'hidden' })
  expect(connections.get('bot')).toEqual({ ...bot, secretsSet: ['proxy', 'token'] })
  expect(connections.list()).toEqual([{ ...bot, secretsSet: ['proxy', 'token'] }])
  expect(connections.secrets('bot')).toEqual({ token: '123:abc', proxy: 'hidden' })
})

test('secrets that are not named stay, null takes one away', async () => {
  await using rig = storeRig()
  const { connections } = await rig.open()
  await connections.put(bot, { token: '123:abc', proxy: 'hidden' })
  await connections.put({ ...bot, name: 'Renamed' }, { proxy: null })
  expect(connections.get('bot')).toEqual({ ...bot, name: 'Renamed', secretsSet: ['token'] })
  expect(connections.secrets('bot')).toEqual({ token: '123:abc' })
})

test('a removed connection takes its secrets along', async () => {
  await using rig = storeRig()
  const { connections } = await rig.open()
  await connections.put(bot, { token: '123:abc' })
  expect(await connections.remove('bot')).toBe(true)
  expect(await connections.remove('bot')).toBe(false)
  await connections.put(bot, {})
  expect(connections.secrets('bot')).toEqual({})
})

test('no secret stands in the database in the clear', async () => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.connections.put(bot, { token: '123:abcdefgh' })
  await store[Symbol.asyncDispose]()
  expect(readFileSync(join(rig.dataDir, 'wirehouse.db'), 'latin1')).not.toContain('123:abcdefgh')
})

test.each([
  ['lost', (file: string) => rmSync(file)],
  ['damaged', (file: string) => writeFileSync(file, 'zzz')],
])('with the key %s, the house starts and each use says what to do', async (word, break_) => {
  await using rig = storeRig()
  const store = await rig.open()
  await store.connections.put(bot, { token: '123:abc' })
  await store[Symbol.asyncDispose]()
  break_(join(rig.dataDir, 'secret.key'))
  const { connections } = await rig.open()
  expect(connections.list()).toHaveLength(1)
  expect(() => connections.secrets('bot')).toThrow(
    expect.objectContaining({ code: 'SECRET_UNREADABLE', message: expect.stringContaining('"My bot"') }),
  )
  expect(rig.logs.at(-1)).toContain(word === 'lost' ? 'was missing' : 'is damaged')
})

test('a sealed secret opens only in its place, with its key, and unchanged', () => {
  const box = new SecretBox(Buffer.alloc(32, 1), 'secret.key')
  const place = { connection: 'bot', field: 'token' }
  const sealed = box.seal('123:abc', place)
  expect(box.open(sealed, place)).toBe('123:abc')
  expect(box.open(sealed, { ...place, field: 'proxy' })).toBeUndefined()
  expect(new SecretBox(Buffer.alloc(32, 2), 'secret.key').open(sealed, place)).toBeUndefined()
  for (let byte = 0; byte < sealed.length; byte++) {
    const changed = Buffer.from(sealed)
    changed[byte] = (changed[byte] ?? 0) ^ 1
    expect(box.open(changed, place)).toBeUndefined()
  }
})
