import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { keys, queryClient } from '../api/queries.ts'
import { DraftSaving } from './save-draft.ts'

const asked: string[] = []
let status = 200
beforeEach(() => {
  asked.length = 0
  status = 200
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path.replace('/api/flows/f?lenient=true', 'save'))
    return new Response(JSON.stringify({ code: 'X', message: 'X' }), { status, headers: { etag: '"e"' } })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
})
const flow = emptyFlow('f', 'F')

test('what came from outside is said with the next save that arrives, and only with that', async () => {
  const saving = new DraftSaving()
  saving.noteForeign()
  status = 503
  expect(await saving.save(flow, 'e')).toEqual({ kind: 'offline' })
  status = 412
  expect(await saving.save(flow, 'e')).toEqual({ kind: 'conflict' })
  status = 200
  expect(await saving.save(flow, 'e')).toEqual({ kind: 'saved', etag: 'e' })
  await saving.save(flow, 'e')
  expect(asked).toEqual(['save&imported=true', 'save&imported=true', 'save&imported=true', 'save'])
})

test('saving over whatever stands brings no flow back as a trusted one that is not known as such', async () => {
  const saving = new DraftSaving()
  await saving.save(flow, undefined)
  queryClient.setQueryData(keys.flows, [{ id: 'f', trusted: false }])
  await saving.save(flow, undefined)
  queryClient.setQueryData(keys.flows, [{ id: 'f', trusted: true }])
  await saving.save(flow, undefined)
  expect(asked).toEqual(['save&imported=true', 'save&imported=true', 'save'])
})
