import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const rule = {
  subject: { kind: 'user', name: 'bell' },
  actions: ['publish'],
  filter: 'door/#',
  effect: 'deny',
}
const whole = { ...rule, maxQoS: 2, retain: true, note: '' }

test('rules are added, changed and removed', async () => {
  const added = await rig.call('POST /api/broker/rules', { json: { ...rule, note: ' Quiet! ' } })
  expect([added.status, added.json]).toEqual([201, { id: expect.any(String), ...whole, note: 'Quiet!' }])
  const { id } = added.json
  const changed = await rig.call(`PUT /api/broker/rules/${id}`, {
    json: { ...rule, effect: 'allow', maxQoS: 1 },
  })
  expect([changed.status, changed.json]).toEqual([200, { id, ...whole, effect: 'allow', maxQoS: 1 }])
  expect((await rig.call('GET /api/broker/rules')).json.at(-1)).toEqual(changed.json)
  expect((await rig.call(`DELETE /api/broker/rules/${id}`)).status).toBe(204)
  expect((await rig.call(`DELETE /api/broker/rules/${id}`)).json.code).toBe('RULE_UNKNOWN')
  expect((await rig.call(`PUT /api/broker/rules/${id}`, { json: rule })).json.code).toBe('RULE_UNKNOWN')
})

test.each([
  [{ filter: 'a#' }, 'TOPIC_WILDCARD_PLACE'],
  [{ filter: '' }, 'TOPIC_EMPTY'],
  [{ filter: 'a/%u+' }, 'TOPIC_WILDCARD_PLACE'],
  [{ filter: '$SYS/#', effect: 'allow' }, 'RULE_FOR_BROKER'],
  [{ filter: '$SYS/broker/connection/#', effect: 'allow' }, 'RULE_FOR_BROKER'],
  [{ actions: [] }, 'BODY_SHAPE'],
  [{ subject: { kind: 'role', name: 'king' } }, 'BODY_SHAPE'],
  [{ maxQoS: 3 }, 'BODY_SHAPE'],
])('a rule with %j is refused with %s', async (changes, code) => {
  const reply = await rig.call('POST /api/broker/rules', { json: { ...rule, ...changes } })
  expect([reply.status, reply.json.code]).toEqual([422, code])
})

test.each(['dev/%u/#', 'dev/x-%c', '%c', '$SYS/broker/connection/%c/state'])(
  'a rule for %s is taken',
  async (filter) => {
    const reply = await rig.call('POST /api/broker/rules', { json: { ...rule, effect: 'allow', filter } })
    expect(reply.status).toBe(201)
  },
)

test('there are 500 rules at most', async () => {
  for (let number = rig.access.rules().length; number < 500; number++)
    await rig.access.addRule({ ...whole, note: '' } as never)
  const reply = await rig.call('POST /api/broker/rules', { json: rule })
  expect([reply.status, reply.json.code, reply.json.values]).toEqual([409, 'RULES_TOO_MANY', { count: 500 }])
})

test('what is asked for is answered with the rule that decides', async () => {
  await rig.token('device')
  await rig.call('POST /api/broker/rules', { json: { ...rule, subject: { kind: 'everyone' } } })
  const ask = async (asked: object) =>
    (await rig.call('POST /api/broker/rules/try', { json: { user: 'device', action: 'publish', ...asked } }))
      .json
  expect(await ask({ topic: 'a' })).toMatchObject({ allowed: true, maxQoS: 2, rule: { id: 'all' } })
  expect(await ask({ topic: 'door/x' })).toMatchObject({
    allowed: false,
    rule: { filter: 'door/#' },
    why: { code: 'MQTT_PUBLISH_DENIED', values: { topic: 'door/x' } },
  })
  expect(await ask({ topic: '$SYS/x' })).toMatchObject({ why: { code: 'MQTT_PUBLISH_NOT_ALLOWED' } })
  expect(await ask({ topic: 'a/+', action: 'subscribe' })).toMatchObject({ allowed: true })
  expect(await ask({ topic: 'a/+' })).toMatchObject({ code: 'TOPIC_WILDCARD' })
  expect(await ask({ topic: 'a', user: 'nobody' })).toMatchObject({ code: 'USER_UNKNOWN' })
  expect(await ask({ topic: 'a', user: undefined })).toMatchObject({ allowed: true })
})

test('a change is rehearsed with those who are here', async () => {
  const subject = { user: 'bell', role: 'device', clientId: 'bell-1' } as const
  await rig.users.add({ name: 'bell', role: 'device' }, 'a good password')
  rig.broker.clientsHere = [{ clientId: 'bell-1', subject, filters: ['door/#', 'hall/x'] }]
  const ask = async (change: object) =>
    (await rig.call('POST /api/broker/rules/rehearse', { json: change })).json
  expect(await ask({ rule: { ...rule, actions: ['receive'] } })).toEqual([])
  expect(await ask({ rule: { ...rule, actions: ['subscribe'] } })).toEqual([
    { clientId: 'bell-1', user: 'bell', publish: false, filters: ['door/#'] },
  ])
  expect(await ask({ id: 'all' })).toEqual([
    { clientId: 'bell-1', user: 'bell', publish: true, filters: ['door/#', 'hall/x'] },
  ])
  expect(rig.access.rules().map(({ id }) => id)).toContain('all')
})

test('client ids are shown, and released by their whole name', async () => {
  await rig.access.signIn({
    ...{ clientId: 'a/b c', name: 'owner', password: 'owner-password' },
    ...{ address: '10.0.0.1', isLocal: false },
  })
  const [bound] = (await rig.call('GET /api/broker/client-ids')).json
  expect(bound).toMatchObject({ clientId: 'a/b c', user: 'owner' })
  const path = `DELETE /api/broker/client-ids/${encodeURIComponent(bound.clientId)}`
  expect((await rig.call(path)).status).toBe(204)
  expect((await rig.call(path)).json.code).toBe('CLIENT_ID_UNKNOWN')
})

test('doors are opened and closed', async () => {
  const wanted = { anonymousLoopback: false, openToNetwork: true }
  expect((await rig.call('GET /api/broker/doors')).json).toEqual({ ...wanted, anonymousLoopback: true })
  expect((await rig.call('PUT /api/broker/doors', { json: wanted })).status).toBe(200)
  expect((await rig.call('GET /api/broker/doors')).json).toEqual(wanted)
  expect((await rig.call('PUT /api/broker/doors', { json: { openToNetwork: 'no' } })).status).toBe(422)
})

test('a user who is removed may do nothing from then on; a token that is gone ends connections', async () => {
  await rig.token('device')
  const subject = rig.access.subjectOf('device', 'x') ?? expect.fail()
  expect(rig.access.decide(subject, 'publish', 'a').allowed).toBe(true)
  const { id } = (await rig.call('GET /api/tokens?user=device')).json[0]
  await rig.call(`DELETE /api/tokens/${id}?user=device`)
  expect(rig.broker.disconnected).toEqual(['device'])
  await rig.call('DELETE /api/users/device')
  expect(rig.access.decide(subject, 'publish', 'a').allowed).toBe(false)
})
