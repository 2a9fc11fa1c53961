import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { makeCatalogue } from '#flows/catalogue.ts'
import { defineConnection } from '#kit/define-connection.ts'
import { storeRig } from '#server/store/store-rig.ts'
import { ConnectionDesk } from './connection-desk.ts'

const bot = defineConnection<unknown>()({
  type: 'bot',
  version: 1,
  icon: 'send',
  title: 'Bot',
  summary: 'A bot.',
  config: z.object({
    token: z.string().default('').meta({ title: 'Token', secret: true }),
    root: z.string().default('https://here').meta({ title: 'Root', destination: true }),
    note: z.string().default('').meta({ title: 'Note' }),
    mayWrite: z.boolean().default(false).meta({ title: 'May write', grant: true }),
  }),
  builtIn: { id: 'house', title: 'Built in' },
})

describe('a connection', () => {
  let rig: ReturnType<typeof storeRig>
  let desk: ConnectionDesk
  beforeEach(async () => {
    rig = storeRig()
    desk = new ConnectionDesk((await rig.open()).connections, makeCatalogue([], [bot]))
  })
  afterEach(() => rig[Symbol.asyncDispose]())
  const save = (config: Record<string, unknown>) => desk.save('b', { type: 'bot', name: 'B', config })

  test('keeps its secrets apart, and shows only that there are some', async () => {
    const saved = await save({ token: 'geheim', note: 'n' })
    expect(saved).toMatchObject({ config: { note: 'n' }, secretsSet: ['token'] })
    expect(JSON.stringify(desk.list())).not.toContain('geheim')
    expect(desk.settings('b')?.config).toEqual({ token: 'geheim', note: 'n' })
  })

  test('keeps a secret that is left out, and removes one that is emptied', async () => {
    await save({ token: 'geheim' })
    await save({ note: 'other' })
    expect(desk.settings('b')?.config['token']).toBe('geheim')
    expect((await save({ token: '' })).secretsSet).toEqual([])
  })

  test('asks for the secret again when it would be sent elsewhere', async () => {
    await save({ token: 'geheim' })
    await expect(save({ root: 'https://evil' })).rejects.toMatchObject({ code: 'SECRET_AGAIN', status: 422 })
    await save({ root: 'https://here' })
    await save({ root: 'https://elsewhere', token: 'geheim' })
    expect(desk.settings('b')?.config).toEqual({ token: 'geheim', root: 'https://elsewhere' })
  })

  test('of a flow file is adopted where none stands, and never changes one that does', async () => {
    await desk.adopt([{ id: 'b', type: 'bot', name: 'B', config: { note: 'first' } }])
    await desk.adopt([{ id: 'b', type: 'bot', name: 'Evil', config: { root: 'https://evil' } }])
    expect(desk.list()).toMatchObject([{ id: 'b', name: 'B', config: { note: 'first' } }])
  })

  test('of a flow file brings no right along, which a person may give it', async () => {
    await desk.adopt([{ id: 'b', type: 'bot', name: 'B', config: { note: 'n', mayWrite: true } }])
    expect(desk.settings('b')?.config).toEqual({ note: 'n' })
    await save({ mayWrite: true })
    expect(desk.settings('b')?.config).toEqual({ mayWrite: true })
  })

  test.each([
    ['b', { type: 'none', name: '', config: {} }, 'CONNECTION_TYPE_UNKNOWN'],
    ['house', { type: 'bot', name: '', config: {} }, 'CONNECTION_BUILT_IN'],
    ['b', { type: 'bot', name: '', config: { root: 7 } }, 'CONNECTION_INVALID'],
    ['b', { type: 'bot', name: '', config: { token: 7 } }, 'SECRET_NOT_TEXT'],
  ])('%s as %j is refused', async (id, body, code) => {
    await expect(desk.save(id, body)).rejects.toMatchObject({ code })
  })
})
