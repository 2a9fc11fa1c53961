import { afterEach, expect, test, vi } from 'vitest'
import { draftLink } from './draft-link.ts'

afterEach(() => vi.unstubAllGlobals())

const change = { id: 'c', step: 'c', label: { code: 'add', count: 1 }, operations: [] } as const
const answering = (status: number, body: object = { code: 'X', message: 'Because.' }) => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (path: string, { method }: RequestInit) => {
    asked.push(`${method} ${path}`)
    return new Response(JSON.stringify(body), { status })
  })
  return asked
}

test('a change is posted, and what has become of it answered', async () => {
  const asked = answering(200, { seq: 1 })
  expect(await draftLink('f').send(change)).toEqual({ kind: 'taken', change: { seq: 1 } })
  expect(asked).toEqual(['POST /api/flows/f/changes'])
})

test.each([401, 408, 412, 429, 500, 503, 507])(
  'with %i the change is kept and sent again',
  async (status) => {
    answering(status)
    expect(await draftLink('f').send(change)).toEqual({ kind: 'offline' })
  },
)

test.each([403, 404, 409, 413, 422])('with %i the change is given up, and it is said why', async (status) => {
  answering(status)
  expect(await draftLink('f').send(change)).toEqual({ kind: 'refused', message: 'Because.' })
})

test('nothing is answered while the server is away', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('no network')
  })
  expect(await draftLink('f').send(change)).toEqual({ kind: 'offline' })
  expect(await draftLink('f').missed(1, 'e')).toBeUndefined()
})
