import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Parcel, PostDesk } from '#kit/runtime/outbox.ts'
import { FakePostDesk } from '#rig/fake-outbox.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { webhook } from './definition.ts'
import { webhookRuntime } from './runtime.ts'

interface Heard {
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A web service on a free port that answers as it is told. */
async function startService(answer: { status: number; headers?: Record<string, string> } = { status: 200 }) {
  const calls: Heard[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    calls.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    response.writeHead(answer.status, answer.headers).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    calls,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function open(config: Record<string, unknown>, posts: PostDesk = new FakePostDesk()) {
  const { carrier } = webhookRuntime.open({
    id: 'hook',
    config: webhook.config.parse({ mayReachMachine: true, ...config }),
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    services: { ...fakeServices(), posts },
    status: () => undefined,
    log: () => undefined,
    own: (resource) => resource,
  })
  if (!carrier) throw new Error('no carrier')
  return carrier
}

const parcel = (body: object = {}, number = 7): Parcel => ({
  number,
  from: { flow: 'flow', node: 'node' },
  target: '/alarm',
  body: { method: 'POST', path: '/alarm', json: '{"a":"ä"}', ...body },
  urgency: 'normal',
  count: 1,
  at: 0,
  mayBeDouble: false,
})

describe('a call', () => {
  it('brings the body to the address, its secret part and the path', async () => {
    await using service = await startService()
    const carrier = open({ address: `${service.address}/hooks/`, secretPath: 'T0/B0/x' })
    const tried = await carrier.send(parcel({ method: 'PUT', path: 'alarm?at=7' }))
    expect(tried).toEqual({ kind: 'sent', receipt: { status: 200 } })
    expect(service.calls).toMatchObject([
      {
        line: 'PUT /hooks/T0/B0/x/alarm?at=7',
        body: '{"a":"ä"}',
        headers: { 'content-type': 'application/json' },
      },
    ])
  })

  it('is signed, so that the other end can tell', async () => {
    await using service = await startService()
    await open({ address: service.address, signingSecret: 'between us' }).send(parcel())
    const [call] = service.calls
    const [, time, hex] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(call?.headers['wirehouse-signature'])) ?? []
    expect(time).toBe(String(Date.UTC(2026, 0, 1) / 1000))
    expect(hex).toBe(createHmac('sha256', 'between us').update(`${time}.${call?.body}`).digest('hex'))
  })

  it('has the same key when it is made again, also after a restart, and another for another', async () => {
    await using service = await startService()
    const posts = new FakePostDesk()
    for (const number of [7, 7, 8]) await open({ address: service.address }, posts).send(parcel({}, number))
    const [first, again, other] = service.calls.map(({ headers }) => headers['idempotency-key'])
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('has the additional header, which replaces none of its own', async () => {
    await using service = await startService()
    const { address } = service
    await open({ address, header: 'Authorization', headerValue: 'Bearer x' }).send(parcel())
    expect(service.calls[0]?.headers.authorization).toBe('Bearer x')
    for (const header of ['Host', 'content-length', 'Idempotency-Key', 'Wirehouse-Signature'])
      await expect(open({ address, header, headerValue: 'x' }).send(parcel())).rejects.toMatchObject({
        code: 'WEBHOOK_HEADER',
      })
  })
})

describe('an answer', () => {
  it.each([
    [302, 'WEBHOOK_MOVED'],
    [401, 'WEBHOOK_FORBIDDEN'],
    [404, 'WEBHOOK_GONE'],
    [410, 'WEBHOOK_GONE'],
    [422, 'WEBHOOK_REFUSED'],
  ])('of %i is for good: %s, and tells no secret', async (status, code) => {
    await using service = await startService({
      status,
      headers: { location: 'http://127.0.0.1:1/elsewhere' },
    })
    const { address } = service
    const secrets = { secretPath: 'PATH-SECRET', header: 'Authorization', headerValue: 'HEADER-SECRET' }
    const trying = open({ address, ...secrets, signingSecret: 'SIGN-SECRET' }).send(parcel())
    const error = await trying.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect(JSON.stringify([String(error), error])).not.toMatch(/-SECRET/)
    expect(service.calls).toHaveLength(1)
  })

  it.each([
    [429, { 'retry-after': '5' }, { kind: 'pause', ms: 5_000, of: 'target' }],
    [503, { 'retry-after': '60' }, { kind: 'pause', ms: 60_000, of: 'connection' }],
    [502, {}, { kind: 'fault', isUncertain: true, problem: { code: 'WEB_ANSWERED' } }],
  ])('of %i is for now', async (status, headers, outcome) => {
    await using service = await startService({ status, headers: headers as Record<string, string> })
    expect(await open({ address: service.address }).send(parcel())).toMatchObject(outcome)
  })
})

describe('an address', () => {
  it('of this machine is refused unless the connection allows it', async () => {
    await using service = await startService()
    for (const address of [service.address, service.address.replace('127.0.0.1', 'localhost')])
      await expect(open({ address, mayReachMachine: false }).send(parcel())).rejects.toMatchObject({
        code: 'WEB_MACHINE',
      })
    expect(service.calls).toEqual([])
  })

  it('of a metadata service is refused whatever the connection allows', async () => {
    await expect(open({ address: 'http://169.254.169.254' }).send(parcel())).rejects.toMatchObject({
      code: 'WEB_OUT_OF_BOUNDS',
    })
  })

  it('that is missing is said', async () => {
    await expect(open({}).send(parcel())).rejects.toMatchObject({ code: 'WEBHOOK_ADDRESS_MISSING' })
  })

  it.each([
    ['https://example.org/hooks', true],
    ['http://192.168.1.20:8123', true],
    ['', true],
    ['https://user:pass@example.org', false],
    ['https://example.org/?key=1', false],
    ['file:///etc/passwd', false],
    ['example.org', false],
  ])('%j may be entered: %s', (address, isGood) => {
    expect(webhook.config.safeParse({ address }).success).toBe(isGood)
  })
})
