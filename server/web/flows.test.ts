import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { rawCall, type WebRig, webRig } from './rig/web-rig.ts'
import { attachment } from './routes/flow-files.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const flow = (id: string, ...types: string[]): Flow => ({
  ...emptyFlow(id, 'A "name"'),
  nodes: types.map((type, at) => ({ id: `n${at}`, type, at: [0, 0], config: {} })),
})
const put = (id: string, json: unknown, headers = {}) => rig.call(`PUT /api/flows/${id}`, { json, headers })

test('a flow is put, read as its file, listed and deleted', async () => {
  const created = await put('lamp', flow('lamp'))
  expect([created.status, created.json]).toEqual([
    201,
    { flow: flow('lamp'), etag: expect.any(String), problems: [] },
  ])
  expect((await put('lamp', flow('lamp', 'debug'))).status).toBe(200)
  const read = await rig.call('GET /api/flows/lamp')
  expect(read.json).toEqual(flow('lamp', 'debug'))
  const list = await rig.call('GET /api/flows')
  expect(list.json.map(({ id }: { id: string }) => id)).toEqual(['door', 'cellar', 'lamp'])
  expect((await rig.call('DELETE /api/flows/lamp')).status).toBe(204)
  expect((await rig.call('GET /api/flows/lamp')).json.code).toBe('FLOW_UNKNOWN')
})

test('the list says what each flow guarantees', async () => {
  const { json } = await rig.call('GET /api/flows')
  expect(
    json.map(({ id, guarantee }: { id: string; guarantee: { kind: string } }) => [id, guarantee.kind]),
  ).toEqual([
    ['door', 'none'],
    ['cellar', 'none'],
  ])
})

test('an etag keeps two people from overwriting each other', async () => {
  const etag = (await rig.call('GET /api/flows/door')).headers.get('ETag') ?? ''
  const mine = await put('door', flow('door'), { 'If-Match': etag })
  expect(mine.status).toBe(200)
  expect((await put('door', flow('door'), { 'If-Match': etag })).status).toBe(412)
  expect(mine.headers.get('ETag')).toBe(`"${mine.json.etag}"`)
  const listed = { 'If-Match': `"old", W/"${mine.json.etag}"` }
  expect((await put('door', flow('door'), listed)).status).toBe(200)
  expect((await put('door', flow('door'), { 'If-Match': '*' })).status).toBe(200)
  expect((await put('gone', flow('gone'), { 'If-Match': '*' })).status).toBe(412)
})

test('a flow that must be new does not overwrite one that stands', async () => {
  const reply = await put('door', flow('door'), { 'If-None-Match': '*' })
  expect([reply.status, reply.json.code]).toEqual([412, 'FLOW_EXISTS'])
  expect((await put('new', flow('new'), { 'If-None-Match': '*' })).status).toBe(201)
})

test('an unchanged flow is not sent twice', async () => {
  const etag = (await rig.call('GET /api/flows/door')).headers.get('ETag') ?? ''
  const headers = { Authorization: `Bearer ${await rig.token('viewer')}`, 'If-None-Match': etag }
  const again = await rawCall(rig.port, { path: '/api/flows/door', headers })
  expect([again.status, again.text]).toEqual([304, ''])
})

test('problems refuse a flow, unless the sender asks to keep it as it is', async () => {
  const refused = await put('lamp', flow('lamp', 'broken'))
  expect([refused.status, refused.json.problems]).toEqual([
    422,
    [{ code: 'CONFIG', level: 'error', node: 'n0', field: 'topic', message: 'Enter a topic.' }],
  ])
  const kept = await put('lamp', flow('lamp', 'broken'), { Prefer: 'handling=lenient' })
  expect([kept.status, kept.json.problems]).toEqual([201, refused.json.problems])
  expect((await put('lamp?lenient=true', flow('lamp', 'broken'))).status).toBe(200)
  expect((await rig.call('GET /api/flows/lamp/problems')).json).toEqual(refused.json.problems)
})

test.each([
  ['no flow', [1, 2], 'FLOW_SHAPE'],
  ['a prototype key', { ...emptyFlow('x', 'x'), extra: { constructor: 1 } }, 'FILE_HOSTILE_KEY'],
  ['a broken wire', { ...emptyFlow('x', 'x'), wires: [['a', 'b']] }, 'WIRE_SHAPE'],
])('%s is refused with a list of problems', async (_what, json, code) => {
  const reply = await put('x', json)
  expect(reply.status).toBe(422)
  expect(reply.json.problems.map((problem: { code: string }) => problem.code)).toContain(
    code === 'FLOW_SHAPE' ? reply.json.problems[0].code : code,
  )
})

test('a flow larger than other bodies may be is taken', async () => {
  const large = { ...flow('lamp'), remarks: 'x'.repeat(2 * 1024 * 1024) }
  expect((await put('lamp', large)).status).toBe(201)
})

test('deploy names who did it, and the revision can be read back', async () => {
  const deployed = await rig.call('POST /api/flows/door/deploy', { as: 'editor', json: { message: 'first' } })
  expect([deployed.status, deployed.json]).toEqual([
    200,
    { revision: { number: 1, at: 0, by: 'editor', message: 'first' }, problems: [] },
  ])
  await rig.call('POST /api/flows/door/deploy')
  const revisions = await rig.call('GET /api/flows/door/revisions')
  expect(revisions.json.map(({ message }: { message: string }) => message)).toEqual(['', 'first'])
  expect((await rig.call('GET /api/flows/door/revisions/1')).json.id).toBe('door')
  for (const number of ['3', '0', 'x', '1e1'])
    expect((await rig.call(`GET /api/flows/door/revisions/${number}`)).json.code).toBe('REVISION_UNKNOWN')
})

test('revisions are listed in parts, of which the sizes are bounded', async () => {
  for (let count = 0; count < 3; count++) await rig.call('POST /api/flows/door/deploy')
  const numbers = async (query: string) => {
    const { json } = await rig.call(`GET /api/flows/door/revisions?${query}`)
    return json.map(({ number }: { number: number }) => number)
  }
  expect(await numbers('limit=2')).toEqual([3, 2])
  expect(await numbers('limit=2&before=2')).toEqual([1])
  for (const query of ['limit=0', 'limit=501', 'before=x'])
    expect((await rig.call(`GET /api/flows/door/revisions?${query}`)).json.code).toBe('QUERY_VALUE')
})

test('a revision is restored as the draft, and runs if that is asked', async () => {
  await rig.call('POST /api/flows/door/deploy')
  await put('door', flow('door', 'debug'))
  const draft = async () => (await rig.call('GET /api/flows/door')).json.nodes.length
  const restored = await rig.call('POST /api/flows/door/revisions/1/restore')
  expect([restored.status, restored.json, await draft()]).toEqual([
    ...[200, { etag: expect.any(String), problems: [] }, 0],
  ])
  const json = { deploy: true }
  const deployed = await rig.call('POST /api/flows/door/revisions/1/restore', { as: 'editor', json })
  expect(deployed.json.revision).toMatchObject({ number: 2, by: 'editor', message: 'Revision 1 restored' })
})

test('a restore keeps to the etag, and says what there is not', async () => {
  await rig.call('POST /api/flows/door/deploy')
  const restore = async (path: string, headers = {}, json: unknown = {}) =>
    (await rig.call(`POST /api/flows/${path}/restore`, { headers, json })).json.code
  expect(await restore('door/revisions/1', { 'If-Match': '"old"' })).toBe('FLOW_CHANGED')
  expect(await restore('door/revisions/9')).toBe('REVISION_UNKNOWN')
  expect(await restore('door/revisions/1e1')).toBe('REVISION_UNKNOWN')
  expect(await restore('gone/revisions/1')).toBe('FLOW_UNKNOWN')
  expect(await restore('door/revisions/1', {}, { deploy: 'yes' })).toBe('BODY_SHAPE')
})

test('stop answers when the flow has stopped', async () => {
  await rig.call('POST /api/flows/door/deploy')
  const reply = await rig.call('POST /api/flows/door/stop')
  expect([reply.status, reply.json]).toEqual([200, {}])
  expect(rig.house.listFlows()[0]?.running).toBeUndefined()
})

test('an exported flow can be imported, whatever type it is sent as', async () => {
  const exported = await rig.call('GET /api/flows/door/export')
  expect(exported.headers.get('Content-Disposition')).toBe(
    `attachment; filename="door.flow.json"; filename*=UTF-8''door.flow.json`,
  )
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    const headers = { 'Content-Type': type }
    const reply = await rig.call('POST /api/import?deploy=true', { body: exported.text, headers })
    expect([reply.status, reply.json]).toEqual([
      201,
      { flows: [{ id: 'door', name: 'door', problems: [], deployed: true, trusted: false }] },
    ])
  }
})

test('an import is previewed without storing anything', async () => {
  const body = JSON.stringify([flow('door'), flow('gate')].map((each) => ({ ...each })))
  const file = `{"format":"wirehouse/flows@1","flows":${body}}`
  const reply = await rig.call('POST /api/import?dryRun=true', { body: file })
  expect([reply.status, reply.json.flows.map((each: { stands: boolean }) => each.stands)]).toEqual([
    200,
    [true, false],
  ])
  expect(rig.house.listFlows().map(({ id }) => id)).toEqual(['door', 'cellar'])
})

test('a file that is none says why', async () => {
  const reply = await rig.call('POST /api/import', { body: '<html>' })
  expect([reply.status, reply.json.problems[0].code]).toEqual([422, 'FILE_NOT_JSON'])
})

test('a file name cannot leave its folder or its header', () => {
  expect(attachment('../../"a"\r\nX: y/ü.json', 'a"b.json')).toBe(
    `attachment; filename="a_b.json"; filename*=UTF-8''-..-a-X-%20y-%C3%BC.json`,
  )
})

test('inject pokes a node and answers when the message has settled', async () => {
  const json = { port: 'in', payload: { on: true }, topic: 'a' }
  const reply = await rig.call('POST /api/flows/door/nodes/bell/inject', { json })
  expect([reply.status, reply.json]).toEqual([200, { message: 'm1' }])
  expect(rig.house.pokes).toEqual([{ flow: 'door', node: 'bell', ...json }])
})

test('a message that the flow failed says which error it was', async () => {
  rig.house.pokeError = new NodeError('TOPIC_WILDCARD', 'A topic has no wildcards.')
  const reply = await rig.call('POST /api/flows/door/nodes/bell/inject', { json: { payload: 1 } })
  expect([reply.status, reply.json]).toEqual([
    422,
    { code: 'TOPIC_WILDCARD', message: 'A topic has no wildcards.' },
  ])
})

test('a connection goes in with its secret and comes out without', async () => {
  const json = { type: 'telegram-bot', name: 'Bot', config: { root: '', token: '123:abc' } }
  const saved = await rig.call('PUT /api/connections/bot', { json })
  const shown = { id: 'bot', type: 'telegram-bot', name: 'Bot', config: { root: '' }, secretsSet: ['token'] }
  expect([saved.status, saved.json]).toEqual([201, shown])
  expect((await rig.call('GET /api/connections')).json).toEqual([shown])
  expect((await rig.call('GET /api/connections/bot/discover')).json).toHaveLength(1)
  expect((await rig.call('DELETE /api/connections/bot')).status).toBe(204)
})

test('something is paired with a connection by a code', async () => {
  const { status, json } = await rig.call('POST /api/connections/bot/pair')
  expect([status, json]).toEqual([201, { code: 'abc', links: [], until: 0 }])
  expect((await rig.call('GET /api/connections/bot/pair/abc')).json).toEqual({ kind: 'waiting' })
  expect((await rig.call('GET /api/connections/bot/pair/other')).json).toEqual({ kind: 'ended' })
})

test('whether a flow is trusted stands beside its file, never in it', async () => {
  const trustOf = async (id: string) => {
    const { headers, json } = await rig.call(`GET /api/flows/${id}`)
    expect(json).not.toHaveProperty('trusted')
    return headers.get('Wirehouse-Trusted')
  }
  expect(await trustOf('door')).toBe('true')
  await put('door?imported=true', flow('door'))
  expect(await trustOf('door')).toBe('false')
  await put('door', flow('door'))
  const listed = (await rig.call('GET /api/flows')).json
  expect(listed.map(({ id, trusted }: { id: string; trusted: boolean }) => [id, trusted])).toEqual([
    ['door', false],
    ['cellar', true],
  ])
})

test('the owner trusts a flow as it was read, and the log says who did', async () => {
  const etag = (await rig.call('GET /api/flows/door')).headers.get('ETag') ?? ''
  const trust = (json: unknown, headers = {}) => rig.call('PUT /api/flows/door/trust', { json, headers })
  const done = await trust({ trusted: false }, { 'If-Match': etag })
  expect([done.status, done.json]).toEqual([200, { trusted: false }])
  expect(rig.house.trustings).toEqual([{ id: 'door', trusted: false, by: 'owner' }])
  await put('door', flow('door', 'function'))
  expect((await trust({ trusted: true }, { 'If-Match': etag })).status).toBe(412)
  expect((await trust({ trusted: 'yes' })).status).toBe(422)
  expect(rig.house.readFlow('door').trusted).toBe(false)
})

test('what was held back is started by who may run flows', async () => {
  expect((await rig.call('POST /api/flows/start-held-back', { as: 'viewer' })).status).toBe(403)
  expect((await rig.call('POST /api/flows/start-held-back', { as: 'editor' })).status).toBe(200)
  expect(rig.house.starts).toEqual(['editor'])
})

test('the last messages of a wire can be asked for', async () => {
  const ask = (path: string) => rig.call(`GET /api/flows/${path}`, { as: 'viewer' })
  const { json } = await ask('door/wire-messages?wire=bell.out%20quiet.in')
  expect(json).toEqual([
    { number: 1, at: 0, message: { id: 'm', payload: 'bell.out quiet.in' }, isCut: false },
  ])
  expect((await ask('door/wire-messages?wire=bell')).json.code).toBe('QUERY_VALUE')
})

test('the way of the next message on a wire can be asked for', async () => {
  const ask = (path: string) => rig.call(`GET /api/flows/${path}`, { as: 'viewer' })
  const { json } = await ask('door/trace?wire=bell.out%20quiet.in')
  expect(json).toEqual({ message: 'm', steps: [{ message: 'm', node: 'bell', port: 'out', at: 0 }] })
  expect((await ask('door/trace?message=m1')).json).toMatchObject({ message: 'm1' })
  expect((await ask('door/trace')).json.code).toBe('QUERY_VALUE')
  expect((await ask('nothing/trace?wire=bell.out%20quiet.in')).status).toBe(404)
})
